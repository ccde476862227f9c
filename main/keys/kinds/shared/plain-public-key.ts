// A plain public key of any kind: its numbers after its algorithm name (RFC 4253 §6.6).
import { WireReader, WireWriter } from '../../encoding/wire.ts';
import { type KeyType, keyTypes } from './key-types.ts';
import type { PublicKey } from './public-key.ts';

/** Its numbers were checked by the kind that makes it. */
export class PlainPublicKey implements PublicKey {
  readonly type: KeyType;
  readonly algorithm: string;
  readonly blob: Uint8Array;
  readonly bits: number;

  /** `write` adds what follows the algorithm name in the blob. */
  constructor(type: KeyType, bits: number, write: (writer: WireWriter) => WireWriter) {
    this.type = type;
    this.algorithm = keyTypes[type].algorithm;
    this.blob = write(new WireWriter().text(this.algorithm)).finish();
    this.bits = bits;
  }

  get base(): PublicKey {
    return this;
  }
}

/** What follows the algorithm name of a key (of a certificate: its base key). Views into its blob. */
export function numbersReader(key: PublicKey): WireReader {
  const reader = new WireReader(key.base.blob);
  reader.readString();
  return reader;
}
