// The system programs of the lane. In CI they are installed; elsewhere their absence skips the lane.
import { spawnSync } from 'node:child_process';

const programs = {
  wine: 'wine wine64',
  Xvfb: 'xvfb',
  'x86_64-w64-mingw32-gcc': 'mingw-w64',
  makensis: 'nsis',
} as const;

/** Undefined when all programs are there; else a sentence saying what to install. */
export function missingPrograms(): string | undefined {
  let missing = namesOfMissing();
  if (missing.length > 0 && process.env['CI'] === 'true' && process.getuid?.() === 0) {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    missing = namesOfMissing();
  }
  if (missing.length === 0) return undefined;
  return `Wine lane skipped: install ${missing.join(' ')} to run Windows programs here`;
}

function namesOfMissing(): string[] {
  return Object.entries(programs)
    .filter(([program]) => spawnSync('which', [program], { stdio: 'ignore' }).status !== 0)
    .flatMap(([, packages]) => packages.split(' '));
}
