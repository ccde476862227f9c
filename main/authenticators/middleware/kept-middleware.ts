// The libraries by which security keys are reached: as the person has chosen them, now and at the next start.
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { whoElseMayWrite } from '../../../ipc/posix/files/trusted-place.ts';
import type { SecurityKeyLibraries, SecurityKeyLibrary } from '../../agent/ports/host.ts';
import { OneAtATime } from '../../basics/one-at-a-time.ts';
import { type Authenticator, type Authenticators, SecurityKeyError } from '../../keys/authenticator.ts';
import { NamedLibraries } from '../../library-process/named-library.ts';
import { explainWriteError } from '../../stored/explain-file-error.ts';
import type { KeptListFile } from '../../stored/kept-list-file.ts';
import { JsonFileError } from '../../stored/parse-json-file.ts';
import { MiddlewareAuthenticator, type MiddlewareOptions } from './middleware-authenticator.ts';

export interface KeptMiddlewareOptions extends Omit<MiddlewareOptions, 'pathToLoad'> {
  /** Left out: they are forgotten at the end. */
  readonly file?: KeptListFile | undefined;
}

const maxLibraries = 8;

const noneChosen = () =>
  new SecurityKeyError(
    'No middleware for security keys is chosen.',
    'Choose a library that has OpenSSH’s sk-api.h in “Other places”, or by “sallyport security-keys add PATH”.',
  );

/** What the path leads to; undefined: nothing. */
function target(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** SECURITY: a library runs as this person, so nobody else may have a hand in it, each time that it is loaded. */
function pathToLoad(path: string): string {
  const found = target(path);
  if (found === undefined || !statSync(found).isFile())
    throw new SecurityKeyError('There is no library at this path.', 'Install it again, or remove it here.');
  const reason = whoElseMayWrite(path);
  if (reason !== undefined)
    throw new SecurityKeyError('Others could exchange this library, so it is not loaded.', reason);
  return found;
}

export class KeptMiddleware implements Authenticators, SecurityKeyLibraries {
  readonly own: Authenticator;
  readonly #options: KeptMiddlewareOptions;
  readonly #turns = new OneAtATime();
  readonly #named: NamedLibraries;
  /** By path as the person gave it, in the order of adding. */
  readonly #libraries = new Map<string, MiddlewareAuthenticator>();

  constructor(options: KeptMiddlewareOptions) {
    this.#options = options;
    this.#named = new NamedLibraries(options.clock);
    for (const path of options.file?.load() ?? []) this.#open(path);
    const first = async () => {
      const [found] = this.#libraries.values();
      if (found === undefined) throw noneChosen();
      return found;
    };
    // The first of the list, whichever that is when it is used.
    this.own = {
      title: 'security keys',
      sign: async (...request) => (await first()).sign(...request),
      enroll: async (...request) => (await first()).enroll(...request),
      residentKeys: async (pin, signal) => (await first()).residentKeys(pin, signal),
    };
  }

  async byLibrary(path: string): Promise<Authenticator | undefined> {
    const found = this.#libraries.has(path) ? path : this.#leadingTo(await this.#named.target(path));
    return found === undefined ? undefined : this.#libraries.get(found);
  }

  list(): Promise<readonly SecurityKeyLibrary[]> {
    return Promise.all(
      [...this.#libraries].map(async ([path, library]) => {
        // It may be for minutes; who uses it is told what is wrong with it.
        if (library.isInUse) return { path };
        try {
          await library.check(new AbortController().signal);
          return { path };
        } catch (error) {
          if (!(error instanceof SecurityKeyError)) throw error;
          return { path, reason: error.message, remedy: error.remedy };
        }
      }),
    );
  }

  add(path: string): Promise<void> {
    return this.#turns.run(async () => {
      if (!isAbsolute(path))
        throw new SecurityKeyError('The path of a library begins at the root.', 'Name it in full.');
      if (this.#find(path) !== undefined) return;
      if (this.#libraries.size >= maxLibraries)
        throw new SecurityKeyError('There are too many libraries.', 'Remove one that is not needed.');
      const added = resolve(path);
      const library = this.#open(added);
      try {
        await library.check(new AbortController().signal);
      } catch (error) {
        this.#close(added);
        throw error;
      }
      await this.#keep((kept) => (kept.includes(added) ? kept : [...kept, added]));
    });
  }

  remove(path: string): Promise<boolean> {
    return this.#turns.run(async () => {
      const found = this.#find(path);
      if (found === undefined) return false;
      this.#close(found);
      await this.#keep((kept) => kept.filter((other) => other !== found));
      return true;
    });
  }

  /** Ends all of their processes. */
  close(): void {
    for (const path of [...this.#libraries.keys()]) this.#close(path);
  }

  #open(path: string): MiddlewareAuthenticator {
    const { start, clock } = this.#options;
    const library = new MiddlewareAuthenticator(path, { start, clock, pathToLoad: () => pathToLoad(path) });
    this.#libraries.set(path, library);
    return library;
  }

  #close(path: string): void {
    this.#libraries.get(path)?.close();
    this.#libraries.delete(path);
  }

  /** However the path is written: what both lead to counts. */
  #find(path: string): string | undefined {
    if (this.#libraries.has(path)) return path;
    return this.#leadingTo(isAbsolute(path) ? target(path) : undefined);
  }

  #leadingTo(sought: string | undefined): string | undefined {
    return [...this.#libraries.keys()].find((kept) => sought !== undefined && target(kept) === sought);
  }

  async #keep(change: (kept: readonly string[]) => readonly string[]): Promise<void> {
    try {
      await this.#options.file?.change(change);
    } catch (error: unknown) {
      const why =
        error instanceof JsonFileError
          ? `What is kept can't be understood: ${error.message}.`
          : explainWriteError(error);
      throw new SecurityKeyError('It holds until this agent ends, but is not kept.', why);
    }
  }
}
