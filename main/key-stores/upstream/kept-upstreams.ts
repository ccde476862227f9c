// The other agents whose keys ours offers, too: as the person has chosen them, now and at the next start.
import { resolve } from 'node:path';
import { foreignName } from '../../../text/foreign-text.ts';
import type { Agent } from '../../agent/create-agent.ts';
import { timeLimits } from '../../agent/limits/time-limits.ts';
import { UpstreamError, type Upstreams } from '../../agent/ports/host.ts';
import { StoreError } from '../../agent/ports/key-store.ts';
import { RefusedError } from '../../agent/protocol/errors.ts';
import { OneAtATime } from '../../basics/one-at-a-time.ts';
import { isOnThisComputer, isPipeName } from '../../client/pipe-name.ts';
import { explainWriteError } from '../../stored/explain-file-error.ts';
import { JsonFileError } from '../../stored/parse-json-file.ts';
import type { UpstreamsFile } from '../../stored/upstreams-file.ts';
import { placeLooks } from './place-looks.ts';
import { UpstreamStore, unusable, upstreamId } from './upstream-store.ts';

export interface UpstreamParts {
  readonly stores: Agent['stores'];
  /** Left out: they are forgotten at the end. */
  readonly file?: UpstreamsFile | undefined;
  readonly agentId: () => Uint8Array;
  /** Where this agent listens now. */
  readonly ownAddresses: () => readonly string[];
  readonly log: (line: string) => void;
}

/** One spelling for each address. */
function canonical(address: string): string {
  if (process.platform !== 'win32' || !isPipeName(address)) return resolve(address);
  return `\\\\.\\pipe\\${address.slice('\\\\.\\pipe\\'.length)}`;
}

/** What it leads to; compared as Windows does. Of what does not answer that shows when it is asked. */
async function place(address: string): Promise<string> {
  if (process.platform === 'win32') return address.toLowerCase();
  return (await placeLooks.target(address).catch(() => undefined)) ?? address;
}

export class KeptUpstreams implements Upstreams {
  readonly #parts: UpstreamParts;
  readonly #turns = new OneAtATime();

  constructor(parts: UpstreamParts) {
    this.#parts = parts;
  }

  /** Brings back those that are kept, and takes `addresses` for as long as the agent runs. */
  async open(addresses: readonly string[]): Promise<void> {
    const kept = this.#parts.file?.load() ?? [];
    const all = [...new Set([...kept, ...addresses].map(canonical))];
    const looks = await Promise.allSettled(all.map((address) => this.#assertMayBeAsked(address)));
    for (const [index, address] of all.entries())
      try {
        const look = looks[index];
        if (look?.status === 'rejected') throw look.reason;
        this.#bring(address);
      } catch (error: unknown) {
        this.#parts.log(`The agent at ${foreignName(address)} is not used: ${(error as Error).message}`);
      }
  }

  add(given: string): Promise<void> {
    return this.#turns.run(async () => {
      const address = canonical(given);
      await this.#assertUsable(address);
      this.#bring(address);
      await this.#keep((kept) => (kept.includes(address) ? kept : [...kept, address]));
    });
  }

  remove(given: string): Promise<boolean> {
    return this.#turns.run(async () => {
      const address = canonical(given);
      const isThere = this.#parts.stores.list().some((store) => store.id === upstreamId(address));
      const wasKept = this.#parts.file?.load().includes(address) ?? false;
      if (!isThere && !wasKept) return false;
      this.#parts.stores.remove(upstreamId(address));
      await this.#keep((kept) => kept.filter((other) => other !== address));
      return true;
    });
  }

  async #assertMayBeAsked(address: string): Promise<void> {
    if (process.platform === 'win32' && !isOnThisComputer(address))
      throw new UpstreamError(unusable.elsewhere);
    const [asked, ...own] = await Promise.all([address, ...this.#parts.ownAddresses()].map(place));
    if (asked !== undefined && own.includes(asked)) throw new UpstreamError(unusable.itself);
  }

  /** One that does not run now may later; what can never be one is said at once. */
  async #assertUsable(address: string): Promise<void> {
    await this.#assertMayBeAsked(address);
    try {
      await new UpstreamStore(address, this.#parts.agentId()).list(
        AbortSignal.timeout(timeLimits.storeAnswerMs),
      );
    } catch (error: unknown) {
      if (error instanceof StoreError && Object.values<string>(unusable).includes(error.message))
        throw new UpstreamError(error.message);
    }
  }

  #bring(address: string): void {
    try {
      this.#parts.stores.add(new UpstreamStore(address, this.#parts.agentId()));
    } catch (error: unknown) {
      if (error instanceof RefusedError) throw new UpstreamError(`There are ${error.message} already.`);
      throw error;
    }
  }

  async #keep(change: (kept: readonly string[]) => readonly string[]): Promise<void> {
    const { file } = this.#parts;
    if (file === undefined) return;
    try {
      await file.change(change);
    } catch (error: unknown) {
      const why =
        error instanceof JsonFileError
          ? `What is kept can't be understood: ${error.message}.`
          : explainWriteError(error);
      throw new UpstreamError(`It holds until this agent ends, but is not kept. ${why}`);
    }
  }
}
