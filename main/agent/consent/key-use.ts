// One request for a signature on its way through consent: what is known at once, and what has to be looked up.
import { createHash } from 'node:crypto';
import { commentText } from '../../keys/encoding/comment-text.ts';
import type { Connection } from '../facts/connection.ts';
import { readSignedFacts, type UseFacts } from '../facts/request-facts.ts';
import type { Requester } from '../facts/requester.ts';
import { accountOfLogin, type SignPurpose } from '../facts/sign-purpose.ts';
import type { KeyIdentity } from '../ports/approver.ts';
import { RefusedError } from '../protocol/errors.ts';
import { fingerprintOf, type Identity } from '../ring/identity.ts';
import type { Question } from './approvals.ts';
import { identifyRequest, type RequestIdentity } from './request-identity.ts';
import type { PolicyRequest, Strictness } from './rules/policy.ts';

/** Comments are of any length. Identities are frozen, so each is told in one way. */
const told = new WeakMap<Identity, KeyIdentity>();

function tell(identity: Identity): KeyIdentity {
  const { comment, publicKey } = identity;
  const known = told.get(identity);
  if (known) return known;
  const key = Object.freeze({
    comment: commentText(comment),
    fingerprint: fingerprintOf(identity),
    algorithm: publicKey.algorithm,
  });
  told.set(identity, key);
  return key;
}

/** Throws RefusedError when nobody may be asked for this client. */
export function assertMayAsk({ connection }: KeyUse): void {
  if (!connection.peer.mayPrompt)
    throw new RefusedError('the key needs a person, and this client may not ask one');
}

export class KeyUse {
  readonly identity: Identity;
  readonly connection: Connection;
  readonly purpose: SignPurpose;
  readonly #data: Uint8Array;
  readonly #over: AbortSignal | undefined;
  #requester: Promise<Requester> | undefined;

  /** `over`: see `Requester`. */
  constructor(
    identity: Identity,
    connection: Connection,
    purpose: SignPurpose,
    data: Uint8Array,
    over?: AbortSignal,
  ) {
    this.identity = identity;
    this.connection = connection;
    this.purpose = purpose;
    this.#over = over;
    // A transport may wipe the message when it is answered, and the activity of unknown data is written after that.
    this.#data = purpose.kind === 'unknown' ? data.slice() : data;
  }

  /** The key as the person is told. */
  get key(): KeyIdentity {
    return tell(this.identity);
  }

  /** Everything about who asks, looked up once. Never rejects. */
  requester(): Promise<Requester> {
    this.#requester ??= this.#lookUp();
    return this.#requester;
  }

  /** Who is written down as having asked: what was judged, else what is known of the latest such use. Never rejects. */
  requesterToRecord(): Promise<Requester> {
    return this.#requester ?? this.connection.recentRequester(this.purpose);
  }

  /** What the policy needs, without anything that has to be looked up. */
  get quickRequest(): PolicyRequest {
    const { purpose, forwarded, problem } = readSignedFacts(this.purpose, this.connection.bindings);
    return this.#policyRequest({ purpose, forwarded, path: [], ...(problem && { problem }) });
  }

  async policyRequest(): Promise<PolicyRequest> {
    const requester = await this.requester();
    const { executable, otherFile } = requester.process ?? {};
    return {
      ...this.#policyRequest(requester),
      program: executable,
      isOtherFile: otherFile !== undefined,
      relayed: requester.relayed,
    };
  }

  async requestIdentity(): Promise<RequestIdentity> {
    return identifyRequest(this.identity.publicKey, await this.requester(), this.#data);
  }

  async question(strictness: Strictness, mayRemember: boolean): Promise<Question> {
    const identity = await this.requestIdentity();
    return {
      identity: { ...identity, isRecognizable: identity.isRecognizable && mayRemember },
      strictness,
      keyRemoved: this.identity.removed,
      key: this.key,
      requester: await this.requester(),
    };
  }

  /**
   * Equal for requests that one answer may decide; not to be asked for after this use was answered.
   * SECURITY: where each use is to be confirmed that is byte-identical data only. Requests that are asked about for
   * coming from elsewhere share an answer when they are of one kind, and are shown as they come.
   */
  sharedPromptId(strictness: Strictness, { id }: RequestIdentity): string {
    const data = strictness === 1 ? '' : createHash('sha256').update(this.#data).digest('hex');
    return JSON.stringify([strictness, id, data]);
  }

  async #lookUp(): Promise<Requester> {
    const requester = await this.connection.requester(this.purpose);
    return this.#over === undefined ? requester : { ...requester, over: this.#over };
  }

  #policyRequest(use: UseFacts): PolicyRequest {
    const { constraints, personal } = this.identity;
    return {
      keyFingerprint: fingerprintOf(this.identity),
      confirmConstraint: constraints.confirm,
      askEachUse: personal.askEachUse,
      account: accountOfLogin(this.#data),
      use,
    };
  }
}
