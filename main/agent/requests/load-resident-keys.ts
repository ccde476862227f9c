// Keys that are kept in a security key come into the agent, as by ssh-add -K.
import { type ResidentCredential, SecurityKeyError } from '../../keys/authenticator.ts';
import { MalformedMessageError } from '../../keys/encoding/wire.ts';
import { UnsupportedKeyError } from '../../keys/key-errors.ts';
import { SecurityKeyFields } from '../../keys/kinds/security-key/security-key-private-key.ts';
import { securityKeyPublicKey } from '../../keys/kinds/security-key/security-key-public-key.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import { limits } from '../limits/limits.ts';
import type { LoadedResidentKey, LoadedResidentKeys } from '../ports/resident-keys.ts';
import { RefusedError } from '../protocol/errors.ts';
import { unconstrained } from '../ring/constraints.ts';
import { addClearKey, assertNotLocked } from './add-key.ts';
import type { ServedConnection } from './agent-state.ts';

const utf8 = new TextEncoder();
const typeOf = { ed25519: 'sk-ed25519', 'ecdsa-p256': 'sk-ecdsa-p256' } as const;

/** Undefined for what is no key that can be used: the security key, or its library, may say anything. */
function fieldsOf(credential: ResidentCredential): SecurityKeyFields | undefined {
  const { algorithm, point, application, flags, keyHandle } = credential;
  try {
    const publicKey: PublicKey = securityKeyPublicKey(typeOf[algorithm], point, utf8.encode(application));
    return new SecurityKeyFields(publicKey, flags, keyHandle);
  } catch (error) {
    if (error instanceof MalformedMessageError || error instanceof UnsupportedKeyError) return undefined;
    throw error;
  }
}

const commentOf = ({ application, user }: ResidentCredential): string =>
  (user === '' ? application : `${application} ${user}`).slice(0, limits.shortCommentBytes);

/**
 * Asks the security key for its keys, by `pin` where it wants one, and adds them. Rejects with SecurityKeyPinError, whereupon
 * the person may be asked for another PIN; SECURITY: never with the same one, of which a security key takes only a few.
 * Ends with the client, with the lock, and with the reason of `signal`: nothing more is added then.
 */
export async function loadResidentKeys(
  connection: ServedConnection,
  pin: Uint8Array | undefined,
  signal?: AbortSignal,
): Promise<LoadedResidentKeys> {
  assertNotLocked(connection);
  const { authenticators, offload } = connection.state.ports;
  const { own } = authenticators;
  if (own.residentKeys === undefined)
    throw new SecurityKeyError(
      'Windows does not tell programs which keys a security key keeps.',
      'Add the key file that was made with the key. Where it is lost, “ssh-keygen -K” in a shell of an administrator makes it anew.',
    );
  const ends = [connection.closed, connection.state.sealed(), ...(signal ? [signal] : [])];
  const ended = AbortSignal.any(ends);
  const found = await own.residentKeys(pin, ended, () => {});
  const loaded: LoadedResidentKey[] = [];
  for (const credential of found.slice(0, limits.keysPerStore)) {
    const fields = fieldsOf(credential);
    if (fields === undefined) continue;
    const { publicKey } = fields;
    const comment = commentOf(credential);
    try {
      ended.throwIfAborted();
      const added = { publicKey, comment: utf8.encode(comment), constraints: unconstrained };
      await addClearKey(added, () => fields.load(offload, own), connection);
      loaded.push({ fingerprint: sha256Fingerprint(publicKey.base.blob), comment });
    } catch (error) {
      if (ended.aborted || !(error instanceof RefusedError)) throw error;
    } finally {
      fields.wipe();
    }
  }
  return { loaded, leftOut: found.length - loaded.length };
}
