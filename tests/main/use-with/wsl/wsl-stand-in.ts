// A `wsl.exe` and a home directory of its own: the scripts run in a real shell, in a namespace of their own.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '../../../../main/set-up/changes/run-program.ts';

/** Also for pages' tests, which Vitest does not run. */
const findProgram = (name: string) => findOnPath(name, process.env);

/** The shells that distributions have as /bin/sh. */
export const shells = [
  ['dash', ['dash']],
  ['busybox', ['busybox', 'sh']],
  ['bash', ['bash', '--posix']],
] as const satisfies readonly (readonly [string, readonly string[]])[];

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const needed = [
  'base64',
  'cat',
  'chmod',
  'cp',
  'cut',
  'getent',
  'id',
  'mkdir',
  'mv',
  'readlink',
  'rm',
  'rmdir',
  'tr',
  'wc',
];

export class WslStandIn {
  readonly dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  readonly home = join(this.dir, 'home');
  readonly program = join(this.dir, 'wsl.exe');
  readonly #bin = join(this.dir, 'bin');

  /** `shell`: what /bin/sh is there, by its name in this system's PATH and first arguments. */
  constructor(shell: readonly string[]) {
    for (const dir of [this.home, this.#bin]) mkdirSync(dir);
    const [name = '', ...args] = shell;
    for (const tool of needed)
      if (name === 'busybox') this.tool(tool, `exec '${findProgram('busybox')}' ${tool} "$@"`);
      else symlinkSync(findProgram(tool) as string, join(this.#bin, tool));
    writeFileSync(join(this.dir, 'list'), utf16('Ubuntu\r\nDebian\r\ndocker-desktop\r\n'));
    const inside = [findProgram(name), ...args].map((word) => `'${word}'`).join(' ');
    writeFileSync(
      this.program,
      `#!/bin/sh
if [ "$*" = "--list --running --quiet" ]; then exec cat '${this.dir}/running'; fi
if [ "$*" = "--list --quiet" ]; then exec cat '${this.dir}/list'; fi
[ "$1 $3 $4 $5" = "--distribution --exec /bin/sh -s" ] || exit 9
exec unshare -Urm env -i HOME='${this.home}' PATH='${this.#bin}' ${inside} -s
`,
      { mode: 0o700 },
    );
  }

  /** A program in the distribution's PATH. */
  tool(name: string, script: string): void {
    rmSync(join(this.#bin, name), { force: true });
    writeFileSync(join(this.#bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  }

  /** A program of this system in the distribution's PATH. */
  link(name: string): void {
    rmSync(join(this.#bin, name), { force: true });
    symlinkSync(findProgram(name) as string, join(this.#bin, name));
  }

  /** systemd that runs for the person, and writes down what it is told. */
  withSystemd(): this {
    this.tool('systemctl', `echo "$*" >>'${this.dir}/systemctl.log'`);
    return this;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
