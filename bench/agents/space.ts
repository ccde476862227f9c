// A folder for what runs, with an environment in which nothing of the person's is found. It goes with this process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Command = readonly [program: string, ...args: string[]];

interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The program ends by itself when its standard input does. */
  readonly endsWithInput?: boolean;
}

const endMs = 5000;
let names = 0;

export class Space {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #children = new Set<ChildProcess>();
  /** These are not killed: they would leave files of theirs behind. */
  readonly #endingWithInput = new WeakSet<ChildProcess>();

  /** Below `root`, where programs that are entered by chroot find it by the same path. */
  constructor(root?: string) {
    this.dir = mkdtempSync(join(root === undefined ? tmpdir() : join(root, 'tmp'), 'sallyport-bench-'));
    const home = join(this.dir, 'home');
    mkdirSync(home, { mode: 0o700 });
    this.env = {
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      HOME: home,
      TMPDIR: this.dir,
      LANG: 'C.UTF-8',
    };
    // Whatever ends this process, if it is not killed: no agent with keys is left behind.
    process.once('exit', () => this.#endAtOnce());
  }

  /** A path where nothing is. */
  newPath(): string {
    return join(this.dir, `s${++names}`);
  }

  /** Starts a program that ends with this process at the latest. Its standard input stays open. */
  spawn([program, ...args]: Command, { env = {}, endsWithInput = false }: SpawnOptions = {}): ChildProcess {
    const child = spawn(program, args, {
      env: { ...this.env, ...env },
      cwd: this.dir,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    if (endsWithInput) this.#endingWithInput.add(child);
    else this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    // Told by those who wait for it: it is never there.
    child.once('error', () => this.#children.delete(child));
    return child;
  }

  /** Runs a program to its end. Resolves with milliseconds; rejects when it fails. */
  async time(command: Command, env: Readonly<Record<string, string>> = {}): Promise<number> {
    const sinceMs = performance.now();
    const [code] = await once(this.spawn(command, { env }), 'exit');
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
    return performance.now() - sinceMs;
  }

  /** Ends a program, hard where it does not go. */
  async end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), endMs);
    child.stdin?.end();
    if (!this.#endingWithInput.has(child)) child.kill('SIGTERM');
    await once(child, 'exit');
    clearTimeout(timer);
  }

  #endAtOnce(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}
