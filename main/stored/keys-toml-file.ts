// `keys.toml`: what the person says of their keys, in a file that they edit. We change what we wrote there, and nothing else.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { assertTrustedPlace, whoElseMayWrite } from '../../ipc/posix/files/trusted-place.ts';
import type { HostsOfKeys, KeysForHosts } from '../agent/consent/offers/keys-for-hosts.ts';
import { type LevelsBeside, noLevelsBeside } from '../agent/consent/rules/ask-level.ts';
import { monotonicMs } from '../basics/monotonic-ms.ts';
import { changeInTurn } from './change-in-turn.ts';
import { explainReadError } from './explain-file-error.ts';
import { type KeyInFile, type KeysToml, readKeysToml } from './keys-toml.ts';
import { hostsByHand, isAsMeant, withHosts, withoutHost } from './keys-toml-entries.ts';
import { personDir, personHome } from './person-dir.ts';
import { keyInFile, type LookAtPath, PublicKeyFiles } from './public-key-files.ts';
import { writeThroughLink } from './write-file-atomically.ts';

const maxBytes = 256 * 1024;
const maxToldProblems = 5;

/** The file can't be added to; `message` is a sentence for the person. */
export class KeysTomlError extends Error {
  override readonly name = 'KeysTomlError';
}

export function keysTomlPath(env: NodeJS.ProcessEnv): string {
  return join(personDir(process.platform, env, personHome()), 'keys.toml');
}

/** Empty where there is none. Throws KeysTomlError, or the system's error. */
function readText(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return '';
  // A fifo in the file's place would be read for ever.
  if (!stats.isFile() || stats.size > maxBytes)
    throw new KeysTomlError(`${path} is no file, or over ${maxBytes / 1024} KiB.`);
  return readFileSync(path, 'utf8');
}

function stateOf(path: string): string {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`;
  } catch {
    return 'unreadable';
  }
}

/** What it says now, to be shown. Rejects with KeysTomlError, UntrustedPlaceError or the system's error. */
export async function readKeysTomlFile(path: string, lookAt: LookAtPath): Promise<KeysToml> {
  assertTrustedPlace(path);
  const text = readText(path);
  const named = new Set<string>();
  readKeysToml(text, (file) => {
    named.add(file);
    return 'not known yet';
  });
  const found = new Map<string, KeyInFile>();
  for (const file of named) found.set(file, await keyInFile(file, lookAt));
  return readKeysToml(text, (file) => found.get(file) ?? 'not known yet');
}

/**
 * A look is a system call, and lists come by the ten thousand a second. SECURITY: what the file asks for holds so much later at
 * the most, which is less than a program takes that is started when it was written.
 */
const lookEveryMs = 1;

/** What holds by it. */
type KeysOfFile = Required<KeysForHosts>;

const nothing: KeysOfFile = { current: new Map(), orders: new Map(), levels: noLevelsBeside };

export interface KeysTomlFileOptions {
  /** Takes one line, a sentence for the person. */
  readonly log: (line: string) => void;
  /** Follows paths of public key files; left out: none is looked at. */
  readonly lookAt?: LookAtPath;
  /** Milliseconds that never run backwards. */
  readonly elapsedMs?: () => number;
}

const noPath: LookAtPath = () => Promise.resolve({ problem: 'is not looked at here' });

/**
 * Looked at for each list of keys and each use: a login that follows `sallyport add --for` is offered what that says. What
 * was understood last holds on while the file is not understood.
 */
export class KeysTomlFile implements KeysForHosts {
  readonly #path: string;
  readonly #log: (line: string) => void;
  readonly #files: PublicKeyFiles;
  readonly #elapsedMs: () => number;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #state = '';
  #holds = nothing;
  /** What it said when it was last understood; undefined while there was no such time since it came. */
  #understood: KeysOfFile | undefined;
  #told = '';

  constructor(path: string, { log, lookAt = noPath, elapsedMs = monotonicMs }: KeysTomlFileOptions) {
    this.#path = path;
    this.#log = log;
    this.#files = new PublicKeyFiles(lookAt, elapsedMs);
    this.#elapsedMs = elapsedMs;
    this.#refresh();
  }

  get current(): HostsOfKeys {
    return this.#refresh().current;
  }

  get orders(): ReadonlyMap<string, number> {
    return this.#refresh().orders;
  }

  get levels(): LevelsBeside {
    return this.#refresh().levels;
  }

  /** Resolves when the files of public keys that it names have been looked at. */
  async settled(): Promise<void> {
    this.#refresh();
    await this.#files.refresh();
    this.#lookedMs = Number.NEGATIVE_INFINITY;
    this.#refresh();
  }

  #refresh(): KeysOfFile {
    const nowMs = this.#elapsedMs();
    if (nowMs - this.#lookedMs < lookEveryMs) return this.#holds;
    this.#lookedMs = nowMs;
    const file = stateOf(this.#path);
    const state = `${file} ${this.#files.version}`;
    if (state !== this.#state) {
      this.#state = state;
      if (file === '') this.#forget();
      else this.#load();
    }
    void this.#files.refresh();
    return this.#holds;
  }

  #forget(): void {
    this.#holds = nothing;
    this.#understood = undefined;
    this.#told = '';
    this.#files.keepOnly(new Set());
  }

  /** SECURITY: who can write it decides which keys a host is shown. */
  #load(): void {
    const reason = whoElseMayWrite(this.#path);
    if (reason !== undefined) {
      this.#keep(
        `${this.#path} is not used, as others could have written it. ${reason} Then look it through.`,
      );
      return;
    }
    try {
      this.#take(readText(this.#path));
    } catch (error: unknown) {
      this.#keep(
        error instanceof KeysTomlError
          ? `${error.message} It is not used.`
          : `${this.#path} ${explainReadError(error).why}.`,
      );
    }
  }

  #take(text: string): void {
    const named = new Set<string>();
    const read = readKeysToml(text, (path) => {
      named.add(path);
      return this.#files.get(path);
    });
    this.#files.keepOnly(named);
    const told = read.problems.slice(0, maxToldProblems).join('; ');
    // No level can have been asked for where the very word is not there.
    if (read.isBroken) this.#keep(`${this.#path} is not understood: ${told}.`, !text.includes('level'));
    else {
      const { hosts, orders, levels, hasStrayLevel } = read;
      this.#understood = { current: hosts, orders, levels: hasStrayLevel ? 'unreadable' : levels };
      this.#holds = this.#understood;
      const asked = hasStrayLevel && told !== '' ? ' Until then each use of any key is asked about.' : '';
      this.#tell(
        told === ''
          ? ''
          : `Not all in ${this.#path} is understood: ${told}. Correct the file; it is read again at once.${asked}`,
      );
    }
  }

  /** What holds goes on to hold. SECURITY: where nothing was ever read, nobody knows what levels were asked for. */
  #keep(problem: string, hasNoLevel = false): void {
    this.#holds = this.#understood ?? (hasNoLevel ? nothing : { ...nothing, levels: 'unreadable' });
    const ignored = 'All keys are offered as if it were not there';
    const what = this.#understood
      ? 'What it said before goes on to hold.'
      : `${ignored}${hasNoLevel ? '.' : ', and each use is asked about, as it may say so.'}`;
    this.#tell(`${problem} ${what} It is read again as soon as it is corrected.`);
  }

  #tell(sentences: string): void {
    if (sentences !== this.#told && sentences !== '') this.#log(sentences);
    this.#told = sentences;
  }
}

/** A host that is set for a key. */
export interface HostOfKey {
  readonly host: string;
  /** The person wrote it into the file, where they alone take it out. */
  readonly isByHand: boolean;
}

/** Hosts that are set for a key (`SHA256:…`). Throws KeysTomlError, UntrustedPlaceError or the system's error. */
export function hostsOfKey(path: string, key: string): readonly HostOfKey[] {
  assertTrustedPlace(path);
  const text = readText(path);
  const { hosts, problems, isBroken } = readKeysToml(text);
  if (isBroken) throw new KeysTomlError(`${path} is not understood: ${problems[0]}. Correct the file.`);
  const byHand = hostsByHand(text, key);
  return [...new Set(hosts.get(key))].map((host) => ({ host, isByHand: byHand.includes(host) }));
}

/** Rewrites the file, or rejects and leaves it as it is where that would not make the hosts of the key just `hosts`. */
async function change(
  path: string,
  key: string,
  to: (
    present: readonly string[],
    text: string,
  ) => { readonly hosts: readonly string[]; readonly text: string },
): Promise<void> {
  assertTrustedPlace(path);
  await changeInTurn(path, async () => {
    const text = readText(path);
    const { hosts, problems } = readKeysToml(text);
    const changed = to(hosts.get(key) ?? [], text);
    if (changed.text === text) return;
    if (changed.text.length > maxBytes || !isAsMeant(text, changed.text, key, changed.hosts))
      throw new KeysTomlError(
        `${path} can't be changed from here, so nothing was: ${problems[0] ?? 'it says that in words of yours'}. Change it in the file.`,
      );
    await writeThroughLink(path, changed.text);
  });
}

/**
 * Adds hosts to a key (`SHA256:…`) by an entry of ours, at the end of the file where it is the first; all else stays byte
 * for byte. Resolves with those that were not set before. Rejects with KeysTomlError, UntrustedPlaceError or the system's
 * error; the file is as it was then.
 */
export async function addHostsOfKey(
  path: string,
  key: string,
  name: string,
  hosts: readonly string[],
): Promise<readonly string[]> {
  let missing: readonly string[] = [];
  await change(path, key, (present, text) => {
    missing = [...new Set(hosts)].filter((host) => !present.includes(host));
    if (missing.length === 0) return { hosts: present, text };
    return { hosts: [...present, ...missing], text: withHosts(text, key, name, missing) };
  });
  return missing;
}

/** Takes a host out of what we wrote for a key (`SHA256:…`). Rejects as `addHostsOfKey`, also where the person wrote it. */
export async function removeHostOfKey(path: string, key: string, host: string): Promise<void> {
  await change(path, key, (present, text) => {
    const hosts = present.filter((other) => other !== host);
    const changed = withoutHost(text, key, host);
    if (present.length > hosts.length && changed === text)
      throw new KeysTomlError(`${path} says that in words of yours. Change it in the file.`);
    return { hosts, text: changed };
  });
}
