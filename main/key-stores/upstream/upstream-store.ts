// Another agent as a place of keys: each list and each signature has a connection of its own, so that none holds up another.
import { basename } from 'node:path';
import { OPENSSH_PIPE_NAME } from '../../../ipc/transports/pipes/openssh-pipe.ts';
import { systemErrorInWords } from '../../../text/system-error.ts';
import {
  type KeyStore,
  type StoredIdentity,
  StoreError,
  type StoreUse,
} from '../../agent/ports/key-store.ts';
import { extensionName, messageNumber, signFlag } from '../../agent/protocol/message-numbers.ts';
import { connectToAgent } from '../../client/agent-connection.ts';
import { AgentConnectionError, NoAgentError } from '../../client/agent-errors.ts';
import { parseIdentities, parseSignResponse } from '../../client/agent-replies.ts';
import { encodeExtension, encodeSign, listRequest } from '../../client/agent-requests.ts';
import { isPipeName } from '../../client/pipe-name.ts';
import { MalformedMessageError, WireWriter } from '../../keys/encoding/wire.ts';
import type { SignatureAlgorithm } from '../../keys/kinds/shared/key-types.ts';
import { isOwnProcess } from './own-process.ts';
import { type PlaceLooks, placeLooks, SilentPlaceError } from './place-looks.ts';

/** Why an address can never be one of another agent of this person. */
export const unusable = {
  itself: 'It is this agent itself.',
  elsewhere:
    'It is not on this computer, so nothing was sent there. Choose a pipe (\\\\.\\pipe\\…) or a file of a drive (C:\\…), where an agent of this computer listens.',
  foreign: 'What listens there belongs to another user, so nothing was sent there.',
};

const orRemove = 'Start it, or remove it here.';
const itself = () => new StoreError(unusable.itself, 'Remove it here: its keys are in the list anyway.');

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'There is nothing at its address: it does not run.',
  ECONNREFUSED: 'Nobody listens at its address any more.',
  ENOTSOCK: 'What is at its address is no socket.',
  FOREIGN: unusable.foreign,
};

function inWords(error: unknown): unknown {
  if (error instanceof SilentPlaceError)
    return new StoreError(
      'The disk or server where its address is does not answer.',
      'Connect that again, or remove the agent here.',
    );
  if (error instanceof NoAgentError) {
    const { code = 'unknown' } = error;
    const reason = reasons[code] ?? `It can't be reached (${systemErrorInWords(code)}).`;
    return new StoreError(reason, code === 'FOREIGN' ? 'Remove it here.' : orRemove);
  }
  if (error instanceof AgentConnectionError) return new StoreError('It closed the connection.', orRemove);
  if (error instanceof MalformedMessageError)
    return new StoreError('Its answer makes no sense.', 'Is it an SSH agent that listens there?');
  return error;
}

/** What our own agent says of itself to `from-agent@sallyport`: others don't know it, and say so each in their way. */
const isItself = (reply: Uint8Array) => reply[0] === messageNumber.SSH_AGENT_SUCCESS && reply[1] === 1;

/** RFC 9987 §5.3. */
function signFlags(algorithm: SignatureAlgorithm): number {
  if (algorithm === 'rsa-sha2-256') return signFlag.SSH_AGENT_RSA_SHA2_256;
  return algorithm === 'rsa-sha2-512' ? signFlag.SSH_AGENT_RSA_SHA2_512 : 0;
}

/** For the person, of agents that are known by their address. */
function titleOf(address: string): string {
  if (basename(address) === 'S.gpg-agent.ssh') return 'gpg-agent';
  if (address.toLowerCase() === OPENSSH_PIPE_NAME) return 'OpenSSH’s agent';
  return /^\\\\\.\\pipe\\pageant\./i.test(address) ? 'Pageant' : address;
}

export const upstreamId = (address: string) => `upstream:${address}`;

export class UpstreamStore implements KeyStore {
  readonly id: string;
  readonly kind = 'upstream';
  readonly title: string;
  readonly address: string;
  readonly #greeting: Uint8Array;
  readonly #isOwn: typeof isOwnProcess;
  readonly #looks: PlaceLooks;

  /** `agentId` is our own, by which an agent that leads back to us is known; `isOwn` tells it by the process. */
  constructor(address: string, agentId: Uint8Array, isOwn = isOwnProcess, looks = placeLooks) {
    this.#isOwn = isOwn;
    this.#looks = looks;
    this.id = upstreamId(address);
    this.title = titleOf(address);
    this.address = address;
    this.#greeting = encodeExtension(extensionName.fromAgent, new WireWriter().string(agentId).finish());
  }

  async list(signal: AbortSignal): Promise<readonly StoredIdentity[]> {
    return (await this.#identities([], signal)).map((identity) => ({ ...identity, need: 'nothing' }));
  }

  async listFor(sessionBinds: readonly Uint8Array[], signal: AbortSignal): Promise<readonly Uint8Array[]> {
    return (await this.#identities(sessionBinds, signal)).map(({ blob }) => blob);
  }

  async sign({ blob, data, algorithm, sessionBinds, waitsFor }: StoreUse, signal: AbortSignal) {
    const request = encodeSign(blob, data, signFlags(algorithm));
    const answered = this.#ask(sessionBinds, request, signal);
    waitsFor('other-agent');
    const signature = parsed(parseSignResponse, await answered);
    if (signature) return signature;
    throw new StoreError(
      'The other agent refused to sign.',
      'It may be locked, or may have asked you and got no answer.',
    );
  }

  /** Nothing stays open between uses. */
  close(): void {}

  async #identities(sessionBinds: readonly Uint8Array[], signal: AbortSignal) {
    const identities = parsed(parseIdentities, await this.#ask(sessionBinds, listRequest, signal));
    if (identities) return identities;
    throw new StoreError('It refused to list its keys.', 'It may be locked.');
  }

  /** All in one go; the answer to the last. Old agents know nothing of what comes before it, which is no matter. */
  async #ask(
    sessionBinds: readonly Uint8Array[],
    request: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    try {
      // A connection is begun on the event loop, which waits as long as the path does.
      if (!isPipeName(this.address)) await this.#looks.target(this.address);
      signal.throwIfAborted();
      const connection = await connectToAgent(this.address);
      const close = () => connection.close();
      try {
        signal.throwIfAborted();
        signal.addEventListener('abort', close, { once: true });
        if (await this.#isOwn(connection.socket, this.address)) throw itself();
        const binds = sessionBinds.map((bind) => encodeExtension(extensionName.sessionBind, bind));
        const [greeted, ...answers] = [this.#greeting, ...binds, request].map((body) =>
          connection.request(body),
        );
        // All but the first that fails are looked at by nobody.
        for (const answer of answers) answer.catch(() => {});
        if (greeted && isItself(await greeted)) throw itself();
        return (await answers.at(-1)) ?? new Uint8Array();
      } finally {
        signal.removeEventListener('abort', close);
        close();
      }
    } catch (error) {
      signal.throwIfAborted();
      throw inWords(error);
    }
  }
}

function parsed<T>(parse: (reply: Uint8Array) => T, reply: Uint8Array): T {
  try {
    return parse(reply);
  } catch (error) {
    throw inWords(error);
  }
}
