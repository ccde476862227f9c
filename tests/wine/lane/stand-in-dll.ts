// Puts a DLL of a test's own where Windows has one, in the prefix of the run: the agent loads Windows' by their full path.
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What was in its place, under its name and this; empty: there was none. */
const keptEnding = '.kept';

const systemDir = (prefixDir: string) => join(prefixDir, 'drive_c/windows/system32');

/**
 * Programs take it when they are told to, by WINEDLLOVERRIDES; undefined: they find none. Returns what brings Windows'
 * own back.
 */
export function putStandInDll(prefixDir: string, name: string, dll: string | undefined): () => void {
  const place = join(systemDir(prefixDir), name);
  const kept = place + keptEnding;
  if (!existsSync(kept)) {
    if (existsSync(place)) renameSync(place, kept);
    else writeFileSync(kept, '');
  }
  if (dll !== undefined) copyFileSync(dll, place);
  return () => bringBack(place);
}

/** For a prefix that a run has left which was killed. */
export function bringBackDlls(prefixDir: string): void {
  const system = systemDir(prefixDir);
  for (const name of readdirSync(system))
    if (name.endsWith(keptEnding)) bringBack(join(system, name.slice(0, -keptEnding.length)));
}

function bringBack(place: string): void {
  const kept = place + keptEnding;
  rmSync(place, { force: true });
  if (statSync(kept).size > 0) renameSync(kept, place);
  else rmSync(kept);
}
