// Electron's `utilityProcess`: a Node.js process whose `process.parentPort` talks to us.
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ForkOptions } from 'electron';

const parentPort = fileURLToPath(new URL('./parent-port.mjs', import.meta.url));

class StandInUtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;

  constructor(path: string, args: readonly string[], { env, stdio }: ForkOptions) {
    super();
    if (stdio !== 'ignore') throw new Error('the stand-in knows nothing else');
    this.#child = fork(path, args, {
      env: env as NodeJS.ProcessEnv,
      serialization: 'advanced',
      execArgv: ['--import', parentPort],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.on('exit', (code) => this.emit('exit', code));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object, () => {});
  }

  /** As Electron's: SIGTERM. */
  kill(): boolean {
    return this.#child.kill();
  }
}

export const utilityProcess = {
  fork: (path: string, args: readonly string[], options: ForkOptions) =>
    new StandInUtilityProcess(path, args, options),
};
