// A directory of a test file's own, with a home, a PATH and an environment in which nothing of the person's is found.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { makeExistingInstallation } from '../../fakes/existing-installation.ts';
import { peersTree } from './peers-tree.ts';

/** The built command; SALLYPORT_CLI names another build of it. */
export const cliPath =
  process.env['SALLYPORT_CLI'] ?? fileURLToPath(new URL('../../../dist/main/cli.js', import.meta.url));

type Cleanup = () => void | Promise<void>;

export class Workspace {
  readonly dir: string;
  readonly home: string;
  readonly bin: string;
  /** No SSH_AUTH_SOCK, no display, no way to ~/.ssh but through the home of this directory. */
  readonly env: Readonly<Record<string, string>>;
  readonly #cleanups: Cleanup[] = [];

  constructor() {
    this.dir = join(peersTree?.dir ?? '/', tmpdir(), `interop-${randomBytes(5).toString('hex')}`);
    this.home = join(this.dir, 'home');
    this.bin = join(this.dir, 'bin');
    this.env = {
      PATH: `${this.bin}:${peersTree ? `${peersTree.bin}:` : ''}/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
      HOME: this.home,
      TMPDIR: join(this.dir, 'tmp'),
      LANG: 'C.UTF-8',
      TERM: 'dumb',
    };
  }

  /** Makes the directory; before this the workspace is but a name. */
  open(): void {
    if (!existsSync(cliPath)) throw new Error(`${cliPath} is missing: run "npm run build" first`);
    for (const dir of [this.dir, this.home, this.bin, join(this.dir, 'tmp')]) mkdirSync(dir, { mode: 0o700 });
    makeExistingInstallation(join(this.home, '.config'));
    symlinkSync(cliPath, join(this.bin, 'sallyport'));
    // The command's first line asks PATH for node.
    symlinkSync(process.execPath, join(this.bin, 'node'));
  }

  path(...names: readonly string[]): string {
    return join(this.dir, ...names);
  }

  /** Writes a file that only this user can read, as ssh demands of keys. */
  async write(name: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
    const path = this.path(name);
    await writeFile(path, content, { mode });
    return path;
  }

  /** Runs `cleanup` when the workspace closes; the last one first. */
  defer(cleanup: Cleanup): void {
    this.#cleanups.push(cleanup);
  }

  /** Ends everything that was started here, also when some of it resists, and removes the directory. */
  async close(): Promise<void> {
    const problems: unknown[] = [];
    for (const cleanup of this.#cleanups.reverse()) {
      try {
        await cleanup();
      } catch (problem) {
        problems.push(problem);
      }
    }
    await rm(this.dir, { recursive: true, force: true });
    if (problems.length > 0) throw new AggregateError(problems, 'the workspace was not left clean');
  }
}

/** A workspace that lives as long as the test file or `describe` that calls this. */
export function openWorkspace(): Workspace {
  const space = new Workspace();
  // Not while tests are collected: where all are skipped, nothing is called after them.
  beforeAll(() => space.open());
  afterAll(() => space.close());
  return space;
}
