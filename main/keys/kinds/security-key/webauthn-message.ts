// Signatures of a security key that a browser had made (WebAuthn level 2, §5.8.1; OpenSSH's PROTOCOL.u2f): the message
// stands in a JSON of the browser's, and that is what is signed.
import { equalBytes, MalformedMessageError, type WireReader } from '../../encoding/wire.ts';

export const webauthnAlgorithm = 'webauthn-sk-ecdsa-sha2-nistp256@openssh.com';

/** Bits of the authenticator data's flags (WebAuthn level 2, §6.1). */
const attestedData = 0x40;
const extensionData = 0x80;
const quote = 0x22;

const text = new TextEncoder();

/**
 * What was signed in the place of `data`, from what follows flags and counter: `string` origin, `string` the browser's
 * JSON, `string` extensions. Throws MalformedMessageError where the JSON is not one for this data and this origin. It is
 * compared byte by byte: browsers write its first fields in this order and form, so that nobody needs to parse it.
 */
export function readWebauthnMessage(
  reader: WireReader,
  data: Uint8Array,
  flags: number,
): { readonly message: Uint8Array; readonly extensions: Uint8Array } {
  const [origin, clientData, extensions] = [reader.readString(), reader.readString(), reader.readString()];
  if (origin.includes(quote)) throw new MalformedMessageError('origin with a quotation mark');
  if ((flags & attestedData) !== 0 || ((flags & extensionData) !== 0) !== extensions.length > 0)
    throw new MalformedMessageError('flags and extensions of a signature contradict each other');
  const challenge = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64url');
  const start = [
    text.encode(`{"type":"webauthn.get","challenge":"${challenge}","origin":"`),
    origin,
    text.encode('"'),
  ];
  const expected = Buffer.concat(start);
  if (!equalBytes(clientData.subarray(0, expected.length), expected))
    throw new MalformedMessageError('the browser signed something else');
  return { message: clientData, extensions };
}
