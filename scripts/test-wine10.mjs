// The Wine lane, or the test files that are named, with Wine 10 of Debian's trixie instead of the installed one. Not in
// `npm test`: it takes as long as the Wine lane itself.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { debianTree } from './debian-tree.mjs';

const { problem, dir, bin } = debianTree('wine');
if (problem !== undefined) {
  console.log(`skipped: ${problem}`);
  process.exit(0);
}

// What Windows programs and tests share is at the same place in the tree, as long as these tests run.
const shared = ['/proc', '/dev', '/tmp', resolve('.')];
const script = `set -e
for at in ${shared.map((path) => `'${path}'`).join(' ')}; do mkdir -p "$0$at"; mount --rbind "$at" "$0$at"; done
exec node_modules/.bin/vitest run --project wine "$@"`;
const { status } = spawnSync(
  'unshare',
  ['--mount', '--propagation', 'private', 'sh', '-c', script, dir, ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } },
);
process.exitCode = status ?? 1;
