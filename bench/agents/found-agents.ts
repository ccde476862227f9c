// Which agents are here to be compared.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { debianTreeThatIsThere } from '../../scripts/debian-tree.mjs';
import { BenchUsageError } from '../options.ts';
import type { Contender } from './contender.ts';
import { type Command, Space } from './space.ts';

/** What a program tells of itself, wherever it writes that; undefined when it can't be run. */
function told([program, ...args]: Command): string | undefined {
  const { error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return error ? undefined : `${stdout}${stderr}`.trim();
}

/** A build of ours: `dist` or a folder with one in it. Throws BenchUsageError when the command is not there. */
export function sallyport(name: string, build: string): Contender {
  const cli = [build, join(build, 'dist')]
    .map((dir) => resolve(dir, 'main/cli.js'))
    .find((path) => existsSync(path));
  if (cli === undefined)
    throw new BenchUsageError(`“${build}” has no main/cli.js: it is no build of Sallyport.`);
  return {
    name,
    version: told([process.execPath, cli, '--version']) ?? '',
    space: new Space(),
    agentCommand: (path) => [process.execPath, cli, 'agent', '--no-prompt', '--socket', path],
    listCommand: [process.execPath, cli, 'list'],
    rulesCommand: [process.execPath, cli, 'rules'],
  };
}

/** `enter` runs what follows it in a tree of packages, whose root is `root`. */
function openssh(root?: string, enter: readonly string[] = []): Contender | undefined {
  const within = (...command: Command): Command => [...enter, ...command] as unknown as Command;
  const version = /^OpenSSH_(\S+)/.exec(told(within('/usr/bin/ssh', '-V')) ?? '')?.[1];
  if (version === undefined) return undefined;
  return {
    name: `OpenSSH ${version}`,
    version,
    space: new Space(root),
    agentCommand: (path) => within('/usr/bin/ssh-agent', '-D', '-a', path),
    listCommand: within('/usr/bin/ssh-add', '-l'),
  };
}

function pageant(): Contender | undefined {
  const version = /^pageant: (?:Release )?(\S+)/.exec(told(['pageant', '-V']) ?? '')?.[1];
  if (version === undefined) return undefined;
  return {
    name: `Pageant ${version}`,
    version,
    space: new Space(),
    // It ends with the program that it runs, which ends with its input, which ends with us.
    agentCommand: (path) => ['pageant', '--symlink', path, '--exec', 'cat'],
    endsWithInput: true,
    listCommand: undefined,
  };
}

/** Other people's agents, the newest OpenSSH first, and what is to be said of those that are not here. */
export function findPeers(): { readonly peers: readonly Contender[]; readonly missing: readonly string[] } {
  const tree = debianTreeThatIsThere('peers');
  const newest = tree && openssh(tree.dir, ['chroot', tree.dir]);
  const [installed, putty] = [openssh(), pageant()];
  return {
    peers: [newest, installed, putty].filter((found) => found !== undefined),
    missing: [
      ...(newest ? [] : ['the newest OpenSSH (as root, `node scripts/debian-tree.mjs peers` fetches it)']),
      ...(installed ? [] : ['the system’s ssh-agent']),
      ...(putty ? [] : ['pageant']),
    ],
  };
}
