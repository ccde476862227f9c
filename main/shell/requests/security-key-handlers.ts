// What the key window asks about security keys: their libraries, and the keys that are kept in them.
import type { LoadOutcome, securityKeyRequests } from '../../../ipc/contract/security-keys.ts';
import type { Agent } from '../../agent/create-agent.ts';
import type { SecurityKeyLibraries } from '../../agent/ports/host.ts';
import { SecurityKeyError, SecurityKeyPinError } from '../../keys/authenticator.ts';
import { notTried, type PinTrials } from '../key-files/pin-trials.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

export interface SecurityKeyHandlerOptions {
  /** Undefined where security keys are reached without, as on Windows. */
  readonly libraries: SecurityKeyLibraries | undefined;
  readonly agent: Pick<Agent, 'loadResidentKeys' | 'isLocked'>;
  readonly pins: PinTrials;
  /** Has the person choose a file; undefined: none. */
  readonly choose: () => Promise<string | undefined>;
  /** Whether the person allows it to be loaded, asked where no page can answer. */
  readonly mayLoad: (path: string) => Promise<boolean>;
}

/** Throws RequestFailure for what is said about the person's wish. */
async function done<T>(wish: Promise<T>): Promise<T> {
  try {
    return await wish;
  } catch (error: unknown) {
    if (error instanceof SecurityKeyError) throw new RequestFailure(`${error.message} ${error.remedy}`);
    throw error;
  }
}

/** The keys of a security key come into the agent: one wish at a time, until the person does not want it any more. */
class Loading {
  readonly #agent: SecurityKeyHandlerOptions['agent'];
  readonly #pins: PinTrials;
  #latest: AbortController | undefined;

  constructor({ agent, pins }: Pick<SecurityKeyHandlerOptions, 'agent' | 'pins'>) {
    this.#agent = agent;
    this.#pins = pins;
  }

  async load(pin: Uint8Array): Promise<LoadOutcome> {
    this.#assertUnlocked();
    this.stop();
    const latest = new AbortController();
    this.#latest = latest;
    const { signal } = latest;
    try {
      if (!(await this.#pins.mayTry(pin))) return notTried;
      signal.throwIfAborted();
      this.#assertUnlocked();
      // SECURITY: once with each PIN that is typed, as security keys count.
      const loaded = await this.#agent.loadResidentKeys(pin.length > 0 ? pin : undefined, signal);
      if (pin.length > 0) this.#pins.opened();
      return { kind: 'loaded', ...loaded };
    } catch (error: unknown) {
      if (signal.aborted) return { kind: 'cancelled' };
      // What waits for a security key ends with the lock.
      this.#assertUnlocked();
      if (error instanceof SecurityKeyPinError) return { kind: 'pin-wanted', message: error.message };
      throw error;
    }
  }

  stop(): void {
    this.#latest?.abort(new Error('the person does not want the keys any more'));
  }

  /** Before a PIN is typed for nothing. */
  #assertUnlocked(): void {
    if (this.#agent.isLocked)
      throw new RequestFailure('The agent is locked and takes no keys. Unlock it, then load them.');
  }
}

export function securityKeyHandlers({
  libraries,
  agent,
  pins,
  choose,
  mayLoad,
}: SecurityKeyHandlerOptions): HandlersOf<typeof securityKeyRequests> {
  const loading = new Loading({ agent, pins });
  /** What the person chose last, until it is added. */
  let chosen: string | undefined;
  const there = () => {
    if (libraries === undefined)
      throw new RequestFailure(
        'Windows reaches security keys by a dialog of its own. No library needs to be chosen.',
      );
    return libraries;
  };
  return {
    'securityKeys.list': async () => (await libraries?.list()) ?? [],
    async 'securityKeys.choose'() {
      chosen = await choose();
      return chosen ?? null;
    },
    async 'securityKeys.add'({ path }) {
      const kept = there();
      // SECURITY: a page that somebody has taken over must not have code of theirs loaded.
      if (path === chosen)
        // For once, or it could bring it back after the person has removed it.
        chosen = undefined;
      else if (!(await mayLoad(path))) throw new RequestFailure('The library was not loaded.');
      await done(kept.add(path));
      return null;
    },
    async 'securityKeys.remove'({ path }) {
      if (!(await done(there().remove(path))))
        throw new RequestFailure('This library is not there any more.');
      return null;
    },
    'securityKeys.load': ({ pin }) => done(loading.load(pin)),
    'securityKeys.stopLoading'() {
      loading.stop();
      return null;
    },
  };
}
