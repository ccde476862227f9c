// Packages that are taken for their files: fetched with npm, which checks them against the registry's hash.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Fills a folder under a temporary name, so that a run that was ended leaves nothing half made. */
export function onceMade(dir, fill) {
  if (existsSync(dir)) return dir;
  mkdirSync(dirname(dir), { recursive: true });
  const temporary = mkdtempSync(join(dirname(dir), 'making-'));
  try {
    fill(temporary);
    renameSync(temporary, dir);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another run may have been first.
    if (!existsSync(dir)) throw error;
  }
  return dir;
}

/**
 * Unpacks a package (`name@version`) into `dir`, or of its files `member` alone. With `integrity` it must also be the
 * very archive that we know, whatever the registry says.
 */
export function unpackPackage(spec, dir, { integrity, member } = {}) {
  mkdirSync(dir, { recursive: true });
  const temporary = mkdtempSync(join(dir, 'pack-'));
  try {
    execFileSync('npm', ['pack', '--silent', spec], {
      cwd: temporary,
      stdio: 'ignore',
      timeout: 300_000,
      shell: process.platform === 'win32',
    });
    const archive = readdirSync(temporary).find((name) => name.endsWith('.tgz'));
    if (archive === undefined) throw new Error(`npm pack made no archive of ${spec}`);
    const path = join(temporary, archive);
    const found = `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`;
    if (integrity !== undefined && found !== integrity)
      throw new Error(`${spec} is ${found}, not ${integrity}`);
    const members = member === undefined ? [] : [`package/${member}`];
    execFileSync('tar', ['-xzf', archive, '-C', dir, '--strip-components=1', ...members], { cwd: temporary });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
