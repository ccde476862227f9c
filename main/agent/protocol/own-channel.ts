// What the person's own programs and their agent say to each other: sealed by a secret that both read from a file.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { WireWriter } from '../../keys/encoding/wire.ts';
import { RefusedError } from './errors.ts';

/** Of what is said on the channel, and how; a client and an agent that have different ones end by saying so. */
export const ownChannelVersion = 1;
export const nonceBytes = 32;

const cipher = 'aes-256-gcm';
const tagBytes = 16;

/** Both fresh for each channel, `nonceBytes` each, so that nothing said on one is of any use on another. */
export interface ChannelNonces {
  readonly client: Uint8Array;
  readonly agent: Uint8Array;
}

/** By which the agent shows that it has the secret (RFC 2104, SHA-256); said before the client says anything. */
export function agentProof(secret: Uint8Array, { client, agent }: ChannelNonces): Uint8Array {
  const said = new WireWriter().text('sallyport agent has the secret').uint32(ownChannelVersion);
  return createHmac('sha256', secret).update(said.string(client).string(agent).finish()).digest();
}

/** One direction: its key by RFC 5869, its messages numbered, so that none is taken twice, late, or for an answer. */
class Direction {
  readonly #key: Uint8Array;
  #messages = 0;

  constructor(secret: Uint8Array, { client, agent }: ChannelNonces, from: 'client' | 'agent') {
    const salt = Buffer.concat([client, agent]);
    this.#key = new Uint8Array(
      hkdfSync('sha256', secret, salt, `sallyport own channel, from the ${from}`, 32),
    );
  }

  seal(plain: Uint8Array): Uint8Array {
    const sealing = createCipheriv(cipher, this.#key, this.#nextNonce(), { authTagLength: tagBytes });
    return Buffer.concat([sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
  }

  open(sealed: Uint8Array): Uint8Array {
    if (sealed.length < tagBytes) throw new RefusedError('too short to be sealed');
    const opening = createDecipheriv(cipher, this.#key, this.#nextNonce(), { authTagLength: tagBytes });
    opening.setAuthTag(sealed.subarray(-tagBytes));
    const plain = opening.update(sealed.subarray(0, -tagBytes));
    try {
      opening.final();
    } catch {
      plain.fill(0);
      throw new RefusedError('not sealed by who has the secret of this channel');
    }
    return plain;
  }

  #nextNonce(): Uint8Array {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(this.#messages++, 8);
    return nonce;
  }
}

/**
 * One end of the channel. SECURITY: who passes it on, a relay or a login elsewhere, can neither read nor change nor repeat
 * what is said, and who has not the secret can say nothing: a client proves itself by what it seals.
 */
export class OwnChannel {
  readonly #sent: Direction;
  readonly #received: Direction;

  constructor(side: 'client' | 'agent', secret: Uint8Array, nonces: ChannelNonces) {
    const other = side === 'client' ? 'agent' : 'client';
    this.#sent = new Direction(secret, nonces, side);
    this.#received = new Direction(secret, nonces, other);
  }

  /** The caller wipes `plain` where it is secret. */
  seal(plain: Uint8Array): Uint8Array {
    return this.#sent.seal(plain);
  }

  /** The caller wipes the result where it is secret. Throws RefusedError, after which the channel opens nothing more. */
  open(sealed: Uint8Array): Uint8Array {
    return this.#received.open(sealed);
  }
}
