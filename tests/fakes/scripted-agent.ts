// An agent for transport tests: answers each message by a function and records what it is told.
import type { OpenSession } from '../../main/agent/agent.ts';
import type { Peer } from '../../main/agent/facts/peer.ts';

export interface ScriptedAgent {
  readonly openSession: OpenSession;
  /** Peers of the opened sessions, in order. */
  readonly peers: Peer[];
  /** Copies of the messages of all sessions, in order of arrival. */
  readonly messages: Uint8Array[];
  /** The arrays handed in by the transport themselves. */
  readonly handedIn: Uint8Array[];
  /** How many sessions were told that their client sends nothing more, or has gone. */
  readonly ended: () => number;
  /** How many sessions were closed. */
  readonly closed: () => number;
}

type Answer = (message: Uint8Array, whenClosed: Promise<void>) => Uint8Array | Promise<Uint8Array>;

/** By default each message is its own answer, and late unless `atOnce`. `whenClosed` resolves when the session has ended or is closed. */
export function scriptedAgent(answer: Answer = (message) => message.slice(), atOnce = false): ScriptedAgent {
  const peers: Peer[] = [];
  const messages: Uint8Array[] = [];
  const handedIn: Uint8Array[] = [];
  let ended = 0;
  let closed = 0;
  const openSession: OpenSession = (peer) => {
    peers.push(peer);
    const { promise: whenClosed, resolve } = deferred();
    return {
      handle(message) {
        messages.push(message.slice());
        handedIn.push(message);
        return atOnce ? answer(message, whenClosed) : inPromise(() => answer(message, whenClosed));
      },
      end() {
        ended++;
        resolve();
      },
      close() {
        closed++;
        resolve();
      },
    };
  };
  return { openSession, peers, messages, handedIn, ended: () => ended, closed: () => closed };
}

const inPromise = async <T>(act: () => T | Promise<T>): Promise<T> => act();

/** A promise and the function that resolves it (Promise.withResolvers is newer than Node 20). */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
