// A person's folder of a test's own, and what setting up knows there: real programs, invented doors.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findOnPath, runProgram } from '../../../main/set-up/changes/run-program.ts';
import type { Surroundings } from '../../../main/set-up/changes/surroundings.ts';

export class InventedHome implements Disposable {
  readonly home = mkdtempSync(join(tmpdir(), 'sallyport-home-'));
  /** In the person's folder, where it lasts. */
  readonly socket = join(this.home, 'agent.sock');

  path(name: string): string {
    return join(this.home, name);
  }

  write(name: string, contents: string | Uint8Array, mode = 0o600): string {
    mkdirSync(dirname(this.path(name)), { recursive: true, mode: 0o700 });
    writeFileSync(this.path(name), contents, { mode });
    return this.path(name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'latin1');
  }

  around(changed: Partial<Surroundings> = {}): Surroundings {
    const env = { PATH: process.env['PATH'], HOME: this.home };
    return {
      platform: 'linux',
      env,
      home: this.home,
      addressOf: (door) => (door === 'unix-socket' ? this.socket : undefined),
      doorsPlace: '“Doors”',
      settingsFolder: this.path('settings'),
      windows: undefined,
      wsl: undefined,
      find: (program) => findOnPath(program, env),
      run: (path, args, options) =>
        runProgram(path, args, {
          cwd: this.home,
          env: { ...env, ...options?.env },
          timeoutMs: options?.timeoutMs,
        }),
      ...changed,
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
