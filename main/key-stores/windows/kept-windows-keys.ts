// Windows' keys as the person sees and steers them: which are offered, made and deleted.
import type { Agent } from '../../agent/create-agent.ts';
import { StoreError } from '../../agent/ports/key-store.ts';
import {
  isWindowsKeyName,
  type NewWindowsKey,
  newWindowsKeyHomes,
  type WindowsKey,
  type WindowsKeyList,
  type WindowsKeys,
  WindowsKeysError,
} from '../../agent/ports/windows-keys.ts';
import { OneAtATime } from '../../basics/one-at-a-time.ts';
import { withinLimit } from '../../basics/waiting.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import { kindName } from '../../keys/kinds/shared/key-types.ts';
import { explainWriteError } from '../../stored/explain-file-error.ts';
import { JsonFileError } from '../../stored/parse-json-file.ts';
import {
  noWindowsKeyChoice,
  type WindowsKeyChoice,
  type WindowsKeysFile,
} from '../../stored/windows-keys-file.ts';
import { ownKeyPrefix } from './calls/key-call.ts';
import { type KeyCallPort, KeyCallThreads } from './calls/key-call-threads.ts';
import { storageErrorInWords } from './calls/storage-error-in-words.ts';
import { type FoundKey, WindowsKeyReader } from './windows-key-reader.ts';
import { WindowsStore } from './windows-store.ts';

export interface WindowsKeysParts {
  readonly stores: Agent['stores'];
  /** Left out: what is chosen is forgotten at the end. */
  readonly file?: WindowsKeysFile | undefined;
  /** The window that Windows' dialogs belong to. */
  readonly dialogWindow?: (() => bigint | undefined) | undefined;
  readonly calls?: (KeyCallPort & { close(): Promise<void> }) | undefined;
}

/** Whether there is such a place is not waited for longer. */
const algorithmsMs = 3_000;

const fingerprintOf = ({ publicKey }: FoundKey) => sha256Fingerprint(publicKey.blob);

function failed(error: unknown): unknown {
  const inWords = storageErrorInWords(error);
  return inWords instanceof StoreError
    ? new WindowsKeysError(`${inWords.message} ${inWords.remedy}`)
    : inWords;
}

export class KeptWindowsKeys implements WindowsKeys {
  readonly calls: KeyCallPort & { close(): Promise<void> };
  readonly #parts: WindowsKeysParts;
  readonly #reader: WindowsKeyReader;
  readonly #store: WindowsStore;
  readonly #turns = new OneAtATime();
  #choice: WindowsKeyChoice = noWindowsKeyChoice;

  constructor(parts: WindowsKeysParts) {
    this.#parts = parts;
    this.calls = parts.calls ?? new KeyCallThreads();
    this.#reader = new WindowsKeyReader(this.calls);
    this.#store = new WindowsStore({
      calls: this.calls,
      reader: this.#reader,
      isOffered: (key) => this.#isOffered(key),
      looksAtCertificates: () => this.#choice.certificates || this.#choice.offered.length > 0,
      dialogWindow: () => parts.dialogWindow?.(),
    });
  }

  /** Brings the keys that are offered. */
  open(): void {
    this.#choice = this.#parts.file?.load() ?? noWindowsKeyChoice;
    this.#parts.stores.add(this.#store);
  }

  async close(): Promise<void> {
    await this.calls.close();
  }

  async list(): Promise<WindowsKeyList> {
    const [homes] = await Promise.all([
      this.#homes(),
      this.#reader.read({ isFresh: true, certificates: true }),
    ]);
    this.#store.noteChange();
    return {
      certificates: this.#choice.certificates,
      keys: this.#reader.keys.map((key) => this.#view(key)),
      leftOut: {
        noKey: this.#reader.leftOut('no-key'),
        olderInterface: this.#reader.leftOut('older-interface'),
        kind: this.#reader.leftOut('kind'),
      },
      problems: this.#reader.problems.map(({ home, problem }) => ({
        home,
        reason: problem.message,
        remedy: problem.remedy,
      })),
      homes,
    };
  }

  async make({ home, name, kind }: NewWindowsKey, signal?: AbortSignal): Promise<string> {
    if (!isWindowsKeyName(name))
      throw new WindowsKeysError('A name has letters, digits, spaces and . _ @ - in it, 64 at the most.');
    const owner = { window: this.#parts.dialogWindow?.(), context: `New SSH key “${name}”` };
    const wish = { home, name: ownKeyPrefix + name, algorithm: kind, owner };
    try {
      await this.calls.call(home, 'create', wish, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw failed(error);
    }
    await this.#reader.read({ isFresh: true, certificates: false });
    this.#store.noteChange();
    const made = this.#reader.keys.find(
      ({ place }) => 'name' in place && place.name === wish.name && place.home === home,
    );
    if (made) return fingerprintOf(made);
    throw new WindowsKeysError('Windows says that it made the key, but does not list it.');
  }

  async delete(fingerprint: string): Promise<boolean> {
    await this.#reader.read({ isFresh: true, certificates: false });
    const key = this.#find(fingerprint, ({ place }) => 'name' in place);
    if (key === undefined || !('name' in key.place)) return false;
    const { home, name } = key.place;
    try {
      await this.calls.call(home, 'delete', { home, name, owner: { window: this.#parts.dialogWindow?.() } });
    } catch (error) {
      throw failed(error);
    }
    this.#reader.forget(key.place);
    this.#store.noteChange();
    await this.#change(({ certificates, offered, hidden }) => ({
      certificates,
      offered: offered.filter((other) => other !== fingerprint),
      hidden: hidden.filter((other) => other !== fingerprint),
    }));
    return true;
  }

  async offer(which: { readonly fingerprint: string } | 'certificates', isOffered: boolean): Promise<void> {
    if (which === 'certificates') return await this.#change((kept) => ({ ...kept, certificates: isOffered }));
    const { fingerprint } = which;
    await this.#reader.read({ isFresh: false, certificates: true });
    const isThere = this.#find(fingerprint, () => true) !== undefined;
    if (isOffered && !isThere) throw new WindowsKeysError('Windows has no key with this fingerprint.');
    const without = (kept: readonly string[]) => kept.filter((other) => other !== fingerprint);
    await this.#change(({ certificates, offered, hidden }) => ({
      certificates,
      offered: isOffered ? [...without(offered), fingerprint] : without(offered),
      hidden: isOffered ? without(hidden) : [...without(hidden), fingerprint],
    }));
  }

  #find(fingerprint: string, isMeant: (key: FoundKey) => boolean): FoundKey | undefined {
    return this.#reader.keys.find((key) => isMeant(key) && fingerprintOf(key) === fingerprint);
  }

  #isOffered(key: FoundKey): boolean {
    const fingerprint = fingerprintOf(key);
    const { certificates, offered, hidden } = this.#choice;
    if (hidden.includes(fingerprint)) return false;
    return offered.includes(fingerprint) || 'name' in key.place || certificates;
  }

  #view(key: FoundKey): WindowsKey {
    const { publicKey, comment, home, provider, isAskedFor, place } = key;
    const encoded = Buffer.from(publicKey.blob).toString('base64');
    return {
      fingerprint: fingerprintOf(key),
      comment,
      kind: kindName(publicKey.type, publicKey.bits),
      publicKey: `${publicKey.algorithm} ${encoded}`,
      isOwn: 'name' in place,
      home,
      provider,
      ...('thumbprint' in place && { thumbprint: place.thumbprint }),
      isAskedFor,
      isOffered: this.#isOffered(key),
    };
  }

  /** A place that is not there, or does not say in time, is no place to make keys in. */
  async #homes(): Promise<WindowsKeyList['homes']> {
    const all = await Promise.all(
      newWindowsKeyHomes.map(async (home) => {
        const asked = this.calls.call(home, 'algorithms', { home }).catch(() => []);
        return { home, kinds: await withinLimit(asked, algorithmsMs, () => []) };
      }),
    );
    return all.filter(({ kinds }) => kinds.length > 0);
  }

  /** Holds at once; rejects with WindowsKeysError where it can't be kept. */
  #change(change: (kept: WindowsKeyChoice) => WindowsKeyChoice): Promise<void> {
    return this.#turns.run(async () => {
      this.#choice = change(this.#choice);
      this.#store.noteChange();
      try {
        await this.#parts.file?.change(change);
      } catch (error: unknown) {
        const why =
          error instanceof JsonFileError
            ? `What is kept can't be understood: ${error.message}.`
            : explainWriteError(error);
        throw new WindowsKeysError(`It holds until this agent ends, but is not kept. ${why}`);
      }
    });
  }
}
