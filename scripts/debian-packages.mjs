// Real clients and a real browser for the tests. As root on Debian they are installed; elsewhere lanes say what is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const packageOfProgram = {
  'ssh-add': 'openssh-client',
  '/usr/sbin/sshd': 'openssh-server',
  '/usr/sbin/debootstrap': 'debootstrap',
  pageant: 'putty',
  plink: 'putty-tools',
  git: 'git',
  strace: 'strace',
  socat: 'socat',
  zsh: 'zsh',
  fish: 'fish',
  mandoc: 'mandoc',
  shellcheck: 'shellcheck',
  'systemd-socket-activate': 'systemd',
  'softhsm2-util': 'softhsm2',
  'pkcs11-tool': 'opensc',
  gcc: 'gcc libc6-dev',
  'chromium-headless-shell': 'chromium-headless-shell',
  wine: 'wine wine64',
  Xvfb: 'xvfb',
  'x86_64-w64-mingw32-gcc': 'gcc-mingw-w64-x86-64',
  makensis: 'nsis',
  cc: 'gcc libc6-dev',
};

/** What the pages are drawn with: letters of another width would make other pictures. And what C of the tests includes. */
const packageOfFile = {
  '/usr/include/openssl/evp.h': 'libssl-dev',
  '/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf': 'fonts-noto-core',
  '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf': 'fonts-noto-color-emoji',
};

const isThere = (program) =>
  spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;
const hasParamiko = () =>
  spawnSync('/usr/bin/python3', ['-c', 'import paramiko'], { stdio: 'ignore' }).status === 0;

function missingPackages() {
  const packages = Object.entries(packageOfProgram)
    .filter(([program]) => !isThere(program))
    .flatMap(([, names]) => names.split(' '));
  const files = Object.entries(packageOfFile)
    .filter(([path]) => !existsSync(path))
    .map(([, name]) => name);
  return [...packages, ...files, ...(hasParamiko() ? [] : ['python3-paramiko'])];
}

/** Installs what is missing where that needs no question, and says in one sentence what could not be had. */
export function installDebianPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    console.log(`Some lanes will be skipped; on Debian: sudo apt-get install ${missing.join(' ')}`);
    return;
  }
  console.log(`Installing Debian packages: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...missing);
  const stillMissing = missingPackages();
  if (stillMissing.length > 0)
    console.log(`Could not be installed: ${stillMissing.join(' ')}; their lanes are skipped.`);
}
