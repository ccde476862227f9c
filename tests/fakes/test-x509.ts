// An X.509 certificate around a key of SSH's, as far as Windows reads one that it only stores: its signature is none.
import { type DerValue, der, encodeDer } from '../../main/keys/encoding/der.ts';
import { ecdsaPointOf } from '../../main/keys/kinds/ecdsa/ecdsa-public-key.ts';
import { parsePublicKey } from '../../main/keys/kinds/parse-public-key.ts';
import { rsaNumbersOf } from '../../main/keys/kinds/rsa/rsa-public-key.ts';

const text = (tag: number, value: string): DerValue => ({ tag, content: Buffer.from(value) });
const utf8String = 0x0c;
const utcTime = 0x17;

function spki(blob: Uint8Array): DerValue {
  const key = parsePublicKey(blob);
  if (key.type === 'rsa') {
    const { n, e } = rsaNumbersOf(key);
    const numbers = encodeDer(der.sequence(der.integer(n), der.integer(e)));
    return der.sequence(der.sequence(der.oid('1.2.840.113549.1.1.1'), der.null()), der.bitString(numbers));
  }
  const algorithm = der.sequence(der.oid('1.2.840.10045.2.1'), der.oid('1.2.840.10045.3.1.7'));
  return der.sequence(algorithm, der.bitString(ecdsaPointOf(key)));
}

/** For a key of RSA or on P-256. */
export function x509Of(blob: Uint8Array, commonName: string): Uint8Array {
  const algorithm = der.sequence(der.oid('1.2.840.10045.4.3.2'));
  const attribute = der.sequence(der.oid('2.5.4.3'), text(utf8String, commonName));
  const name = der.sequence({ tag: 0x31, content: [attribute] });
  const times = der.sequence(text(utcTime, '200101000000Z'), text(utcTime, '490101000000Z'));
  const body = der.sequence(
    der.context(0, der.integer(Uint8Array.of(2))),
    der.integer(Uint8Array.of(7)),
    algorithm,
    name,
    times,
    name,
    spki(blob),
  );
  return encodeDer(der.sequence(body, algorithm, der.bitString(new Uint8Array(64))));
}
