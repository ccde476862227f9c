// The day of which a build is, from what is built and not from the clock: two builds of one commit say the same.
import { execFileSync } from 'node:child_process';

/**
 * "2026-11-28" in UTC: of SOURCE_DATE_EPOCH (seconds since 1970, reproducible-builds.org), else of the commit in `dir`;
 * undefined where there is neither, as in sources without their history. Throws where that variable is no such number.
 */
export function sourceDate(env = process.env, dir = '.') {
  const said = env.SOURCE_DATE_EPOCH;
  const seconds = said ?? commitSeconds(env, dir);
  if (seconds === undefined) return;
  if (!/^\d{1,11}$/.test(seconds)) throw new Error(`SOURCE_DATE_EPOCH is no number of seconds: ${seconds}`);
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 10);
}

function commitSeconds(env, cwd) {
  const options = { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  const git = (...args) => execFileSync('git', args, options).trim();
  try {
    // Sources without their history may lie in a folder of somebody's own repository, whose commits say nothing of them.
    if (git('rev-parse', '--show-prefix') !== '') return;
    return git('log', '-1', '--no-show-signature', '--format=%ct');
  } catch {
    return;
  }
}
