// A program on a terminal of its own, by script(1): the test reads the screen and types.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from './eventually.ts';
import type { Workspace } from './workspace.ts';

export class PseudoTerminal {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #screen = '';
  /** How much of the screen was waited for already. */
  #seen = 0;

  /** Runs a line of sh with the terminal as its standard streams; it ends with the workspace. */
  constructor(space: Workspace, command: string, env: Readonly<Record<string, string>>) {
    this.#child = spawn('script', ['-q', '-e', '-f', '-c', command, '/dev/null'], { env, stdio: 'pipe' });
    this.#exited = once(this.#child, 'exit');
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#screen += chunk.toString();
    });
    this.#child.stdin?.on('error', () => {});
    space.defer(async () => {
      this.#child.kill('SIGTERM');
      await this.#exited;
    });
  }

  get screen(): string {
    return this.#screen;
  }

  /** Resolves with the new part of the screen up to the first match in it. */
  async shows(pattern: RegExp): Promise<string> {
    const match = await eventually(`the screen shows ${pattern}, not only: ${this.#screen}`, () => {
      return pattern.exec(this.#screen.slice(this.#seen)) ?? undefined;
    }).catch((error: unknown) => {
      throw new Error(`the screen shows only: ${this.#screen.slice(this.#seen)}`, { cause: error });
    });
    const text = this.#screen.slice(this.#seen, this.#seen + match.index + match[0].length);
    this.#seen += text.length;
    return text;
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** The exit status of the command. */
  async ended(): Promise<number | null> {
    await this.#exited;
    return this.#child.exitCode;
  }
}
