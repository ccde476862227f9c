// A key that a security key in software has made, as ssh-add sends it.
import { inlineCryptoOffload as offload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { type SecurityKeyAlgorithm, securityKeyFlag } from '../../main/keys/authenticator.ts';
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import { parsePublicKey } from '../../main/keys/kinds/parse-public-key.ts';
import { verifySignature } from '../../main/keys/kinds/verify-signature.ts';
import type { SoftAuthenticator } from './soft-authenticator.ts';

const names = { ed25519: 'sk-ssh-ed25519@openssh.com', 'ecdsa-p256': 'sk-ecdsa-sha2-nistp256@openssh.com' };
const never = new AbortController().signal;
const utf8 = new TextEncoder();

export interface KeyWishes {
  readonly algorithm?: SecurityKeyAlgorithm;
  readonly application?: string;
  /** Of `securityKeyFlag`; left out: touch. */
  readonly flags?: number;
}

export async function keyOf(device: SoftAuthenticator, wishes: KeyWishes = {}) {
  const { algorithm = 'ed25519', application = 'ssh:', flags = securityKeyFlag.touch } = wishes;
  const pin = device.pin === undefined ? {} : { pin: utf8.encode(device.pin) };
  const wish = { algorithm, application, flags, user: '', challenge: new Uint8Array(32), ...pin };
  const { point, keyHandle } = await device.enroll(wish, never, () => {});
  const named = new WireWriter().text(names[algorithm]);
  if (algorithm === 'ecdsa-p256') named.text('nistp256');
  const blob = named.string(point).text(application).finish();
  const withHandle = (handle: Uint8Array) =>
    new WireWriter().bytes(blob).byte(flags).string(handle).text('').finish();
  return {
    blob,
    privateFields: withHandle(keyHandle),
    /** The same public half, and a handle of nothing. */
    madeUp: { privateFields: withHandle(new Uint8Array(65).fill(7)) },
    isGood: (signature: Uint8Array | undefined, data: Uint8Array) =>
      verifySignature(parsePublicKey(blob), signature ?? new Uint8Array(), data, offload),
  };
}
