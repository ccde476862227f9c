// The client's end of `hello@sallyport` and `sealed@sallyport`, written by hand from docs/decisions.md.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';

const nonceOf = (message: number) => {
  const nonce = new Uint8Array(12);
  nonce[11] = message;
  return nonce;
};

export class OwnRequests {
  readonly #extension: (name: string, contents: Uint8Array) => Promise<Uint8Array>;
  readonly #secret: Uint8Array;
  #keys: readonly [client: Uint8Array, agent: Uint8Array] | undefined;
  #sent = 0;
  #received = 0;

  constructor(extension: (name: string, contents: Uint8Array) => Promise<Uint8Array>, secret: Uint8Array) {
    this.#extension = extension;
    this.#secret = secret;
  }

  /** The reply within what was sealed, or one that was not: success where the agent has said hello and shown the secret. */
  async hello(client = new Uint8Array(32).fill(1), version = 1): Promise<Uint8Array> {
    const reply = await this.#extension(
      'hello@sallyport',
      new WireWriter().uint32(version).string(client).finish(),
    );
    if (reply[0] !== 6) return reply;
    const reader = new WireReader(reply.subarray(1));
    if (reader.readUint32() !== version) return reply;
    const [agent, proof] = [reader.readString(), reader.readString()];
    const said = new WireWriter()
      .text('sallyport agent has the secret')
      .uint32(1)
      .string(client)
      .string(agent);
    const expected = createHmac('sha256', this.#secret).update(said.finish()).digest();
    this.hasProved = expected.equals(proof);
    const key = (from: string) =>
      new Uint8Array(
        hkdfSync(
          'sha256',
          this.#secret,
          Buffer.concat([client, agent]),
          `sallyport own channel, from the ${from}`,
          32,
        ),
      );
    this.#keys = [key('client'), key('agent')];
    this.#sent = 0;
    this.#received = 0;
    return reply;
  }

  hasProved = false;

  seal(name: string, contents: Uint8Array): Uint8Array {
    const key = this.#keys?.[0] ?? new Uint8Array(32);
    const sealing = createCipheriv('aes-256-gcm', key, nonceOf(this.#sent++));
    const inside = new WireWriter().text(name).bytes(contents).finish();
    const sealed = Buffer.concat([sealing.update(inside), sealing.final(), sealing.getAuthTag()]);
    return new WireWriter().string(sealed).finish();
  }

  async ask(name: string, contents: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
    if (this.#keys === undefined) await this.hello();
    const reply = await this.#extension('sealed@sallyport', this.seal(name, contents));
    if (reply[0] !== 6) return reply;
    const sealed = new WireReader(reply.subarray(1)).readString();
    const opening = createDecipheriv('aes-256-gcm', this.#keys?.[1] ?? '', nonceOf(this.#received++));
    opening.setAuthTag(sealed.subarray(-16));
    return Uint8Array.from(Buffer.concat([opening.update(sealed.subarray(0, -16)), opening.final()]));
  }
}
