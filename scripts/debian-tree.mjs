// Programs of a newer Debian than the machine's, in a tree of their own below .cache, entered by chroot.
// `node scripts/debian-tree.mjs NAME` makes one, or prints why it can't be had.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cacheDir = fileURLToPath(new URL('../.cache/debian', import.meta.url));
const bootScript = '/usr/share/debootstrap/scripts/sid';
const makeLimitSeconds = 480;
const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** To be made anew, e.g. for versions that came later, a tree is removed by hand. */
const trees = {
  peers: {
    suite: 'forky',
    packages: ['openssh-client', 'openssh-server', 'putty', 'putty-tools'],
    programs: [
      ...['ssh', 'ssh-add', 'ssh-agent', 'ssh-keygen', 'ssh-keyscan'].map((name) => `/usr/bin/${name}`),
      ...['pageant', 'plink', 'pscp', 'psftp', 'puttygen'].map((name) => `/usr/bin/${name}`),
      '/usr/sbin/sshd',
    ],
  },
  wine: {
    suite: 'trixie',
    packages: ['wine', 'wine64'],
    programs: ['/usr/bin/wine-stable', '/usr/bin/wineserver-stable'],
    // The DLLs that Wine loads are put in their places by a script of its package.
    isConfigured: true,
  },
};

const run = (command, ...args) => spawnSync(command, args, { env, encoding: 'utf8', timeout: 600_000 });

function isWhole(dir, { programs }) {
  return (
    programs.every((program) => existsSync(join(dir, program))) && run('chroot', dir, 'true').status === 0
  );
}

/** From apt, whichever way its sources are written; that of a whole suite, as security updates have one of their own. */
function packageMirror() {
  const { stdout } = run('apt-get', '--print-uris', 'update');
  return /^'(https?:\/\/[^']+?)\/dists\/[^/'-]+\/InRelease'/m.exec(stdout ?? '')?.[1];
}

/** Why it could not be made, in words without the mirror; undefined when the tree is there. */
function makeTree(dir, tree) {
  if (!existsSync('/usr/sbin/debootstrap')) return 'not installed: debootstrap';
  const mirror = packageMirror();
  if (mirror === undefined) return 'the machine has no package mirror';
  mkdirSync(cacheDir, { recursive: true });
  // Under another name until it is whole: whoever runs the tests meanwhile, or after this one was killed, never sees half.
  // Nobody else can enter it, and run its set-user-ID programs, which get no updates.
  const unfinished = mkdtempSync(join(cacheDir, 'unfinished-'));
  try {
    const stages = tree.isConfigured ? [] : ['--foreign'];
    const what = [
      ...stages,
      '--force-check-gpg',
      '--variant=minbase',
      `--include=${tree.packages.join()}`,
      tree.suite,
    ];
    // `timeout` ends all processes that debootstrap started, too; what it has mounted goes with the namespace.
    const limits = ['unshare', '--mount', 'timeout', '--kill-after=10', String(makeLimitSeconds)];
    const { status } = run(...limits, 'debootstrap', ...what, unfinished, mirror, bootScript);
    if (status !== 0) return status === 124 ? 'debootstrap took too long' : 'debootstrap failed';
    if (!tree.isConfigured) unpack(unfinished);
    // debootstrap may leave a link to the system's own, which leads nowhere from inside.
    rmSync(join(unfinished, 'proc'), { recursive: true });
    mkdirSync(join(unfinished, 'proc'));
    if (!isWhole(unfinished, tree)) return 'a program that it should have is missing';
    // Another run may have been faster.
    if (!isWhole(dir, tree)) renameSync(unfinished, dir);
    return undefined;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/**
 * Unpacks the packages that debootstrap has fetched. Its second stage would also configure them, in twice the time of all
 * else: clients, and a server that is started by hand, need but the accounts.
 */
function unpack(dir) {
  const archives = join(dir, 'var/cache/apt/archives');
  const unpacked = readFileSync(join(dir, 'debootstrap/required'), 'utf8').split(/\s+/);
  for (const name of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    if (unpacked.includes(name.split('_')[0])) continue;
    if (run('dpkg-deb', '--extract', join(archives, name), dir).status !== 0)
      throw new Error(`${name} can't be unpacked`);
  }
  for (const fetched of [archives, join(dir, 'var/lib/apt/lists')]) rmSync(fetched, { recursive: true });
  const sshd = 'sshd:x:100:65534::/run/sshd:/usr/sbin/nologin';
  writeFileSync(join(dir, 'etc/passwd'), `root:x:0:0:root:/root:/bin/sh\n${sshd}\n`);
  writeFileSync(join(dir, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  // Where sshd confines its unprivileged half.
  mkdirSync(join(dir, 'run/sshd'), { recursive: true, mode: 0o755 });
}

/** Makes the tree's own path lead back to its root from inside, so that paths in arguments and files hold on both sides. */
function leadPathsBack(dir) {
  const inside = join(dir, dir);
  if (lstatSync(inside, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(inside), { recursive: true });
  symlinkSync('/', inside);
}

/** debootstrap leaves it to those who start the tree as a machine. Clients connect to `localhost` by its name. */
function nameLocalhost(dir) {
  const hosts = join(dir, 'etc/hosts');
  if (!existsSync(hosts)) writeFileSync(hosts, '127.0.0.1 localhost\n');
}

/** A folder of programs that run those of the tree, in the same folder where the tree has it. */
function writeEntries(dir, { programs }) {
  const bin = join(dir, 'from-outside');
  mkdirSync(bin, { recursive: true });
  for (const program of programs) {
    // Debian's own name for what is to be chosen among versions.
    const entry = join(bin, basename(program, '-stable'));
    const text = `#!/bin/sh\nexec chroot '${dir}' /bin/sh -c 'cd "$0"; exec "$@"' "$PWD" ${program} "$@"\n`;
    // Another run may be just starting it.
    if (existsSync(entry) && readFileSync(entry, 'utf8') === text) continue;
    writeFileSync(entry, text);
    chmodSync(entry, 0o755);
  }
  return bin;
}

/** The tree, made where it is not there yet, which takes a minute or two; or why it can't be had. */
export function debianTree(name) {
  if (process.getuid?.() !== 0) return { problem: 'only root can enter a tree of packages' };
  const tree = trees[name];
  const dir = join(cacheDir, name);
  if (!isWhole(dir, tree)) {
    rmSync(dir, { recursive: true, force: true });
    const problem = makeTree(dir, tree);
    if (problem !== undefined) return { problem };
  }
  leadPathsBack(dir);
  nameLocalhost(dir);
  return { dir, bin: writeEntries(dir, tree) };
}

/** The tree where it has been made already; undefined where it would have to be, or can't be entered. */
export function debianTreeThatIsThere(name) {
  const isThere = process.getuid?.() === 0 && isWhole(join(cacheDir, name), trees[name]);
  return isThere ? debianTree(name) : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problem } = debianTree(process.argv[2]);
  if (problem !== undefined) {
    console.log(problem);
    process.exitCode = 1;
  }
}
