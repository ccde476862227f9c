// ECDSA signatures in SSH's form, from both forms that cryptography makes.
import { describe, expect, it } from 'vitest';
import { der, encodeDer } from '../../../../../main/keys/encoding/der.ts';
import { mpintsOfDer, mpintsOfP1363 } from '../../../../../main/keys/kinds/ecdsa/ecdsa-public-key.ts';

const numbers: readonly (readonly [string, number, (bytes: Uint8Array) => void])[] = [
  ['large', 32, (bytes) => bytes.fill(0x7f)],
  ['with a bit where the sign would be', 48, (bytes) => bytes.fill(0xff)],
  ['of P-521, whose DER has a long length', 66, (bytes) => bytes.fill(0xff).set([1])],
  ['short', 32, (bytes) => bytes.set([0x80, 1], 30)],
  ['one', 32, (bytes) => bytes.set([1], 31)],
];

describe('numbers of an ECDSA signature', () => {
  it.each(numbers)('%s are the same from DER and from r‖s', (_name, length, write) => {
    const number = new Uint8Array(length);
    write(number);
    const small = Uint8Array.of(...new Uint8Array(length - 1), 9);
    for (const [r, s] of [
      [number, small],
      [small, number],
    ] as const)
      expect(mpintsOfDer(encodeDer(der.sequence(der.integer(r), der.integer(s))))).toEqual(
        mpintsOfP1363(Uint8Array.of(...r, ...s)),
      );
  });
});
