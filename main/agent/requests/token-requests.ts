// SSH_AGENTC_ADD_SMARTCARD_KEY, its constrained form and REMOVE_SMARTCARD_KEY (RFC 9987 §5.2.5, §5.4.2).
import { secretCopy } from '../../keys/encoding/secret-array.ts';
import { WireReader } from '../../keys/encoding/wire.ts';
import { limits } from '../limits/limits.ts';
import type { OfferedCertificates, TokenLibraries } from '../ports/host.ts';
import { RefusedError } from '../protocol/errors.ts';
import { readConstraints, unconstrained } from '../ring/constraints.ts';
import { assertNotLocked } from './add-key.ts';
import type { ServedConnection } from './agent-state.ts';

/**
 * Throws unless the connection may have libraries loaded and unloaded. SECURITY: a machine elsewhere must never make this one
 * load code (CVE-2023-38408); only those that the person has chosen are loaded for anybody.
 */
function librariesFor({ bindings, state }: ServedConnection): TokenLibraries {
  if (bindings.isOfSshSession)
    throw new RefusedError('libraries for tokens are not for connections that belong to an SSH session');
  const { tokens } = state.ports.host;
  if (tokens === undefined) throw new RefusedError('this agent has no tokens');
  return tokens;
}

const notChosen = () =>
  new RefusedError('the library is not among those that the person has chosen (sallyport tokens add)');

/** OpenSSH's `associated-certs-v00@openssh.com`: `boolean` certificates only, `string` that holds a `string` for each. */
function readCertificates(reader: WireReader): OfferedCertificates {
  const only = reader.readBoolean();
  const contents = new WireReader(reader.readString());
  const blobs: Uint8Array[] = [];
  while (contents.remaining > 0) {
    if (blobs.length >= limits.keysPerStore) throw new RefusedError('too many certificates');
    // What is kept must not be a view into the message.
    blobs.push(contents.readString().slice());
  }
  return { only, blobs };
}

/**
 * Messages 20 and 26: `string` library, `string` PIN, constraints in 26. The keys of the library's tokens are there with these
 * constraints beside those that were asked for before. A PIN is tried once, and only where it can be for one token alone;
 * without one it is asked for at the first use.
 */
export async function addTokens(
  reader: WireReader,
  constrained: boolean,
  connection: ServedConnection,
): Promise<void> {
  const tokens = librariesFor(connection);
  const path = reader.readText();
  const pin = secretCopy(reader.readString());
  try {
    if (!constrained) reader.assertEnd();
    let certificates: OfferedCertificates | undefined;
    const constraints = constrained
      ? readConstraints(reader, (contents) => {
          if (certificates) throw new RefusedError('repeated constraint');
          certificates = readCertificates(contents);
        })
      : unconstrained;
    if ('securityKeyProvider' in constraints) throw new RefusedError('unknown constraint extension');
    const store = await tokens.storeOf(path, certificates);
    // SECURITY: what was true before the wait may not be now.
    librariesFor(connection);
    assertNotLocked(connection);
    if (store === undefined) throw notChosen();
    const { stores } = connection.state;
    const { keys, placesWithPin } = await stores.addAsked(store, constraints);
    assertNotLocked(connection);
    if (keys.length === 0) throw new RefusedError('there is no token with keys in it');
    if (pin.length === 0) return;
    const { log } = connection.state.ports;
    // SECURITY: what is opened while the agent gets locked would be open in a locked one.
    const ended = AbortSignal.any([connection.closed, connection.state.sealed()]);
    const [place, ...others] = placesWithPin;
    if (others.length > 0)
      log('The PIN was tried on no token, as there are several. Each is asked for at its first use.');
    else if (place !== undefined && !(await stores.openByPin(store.id, place, pin, ended)))
      log(
        'The PIN was not tried, as there was a wrong one before. It is asked for at the first use of the token; by “sallyport tokens add” for the same library such PINs are tried again, until the token is nearly locked.',
      );
  } finally {
    pin.fill(0);
  }
}

/** Message 21: `string` library, `string` PIN, which no agent looks at. */
export async function removeTokens(reader: WireReader, connection: ServedConnection): Promise<void> {
  const store = await librariesFor(connection).storeOf(reader.readText());
  assertNotLocked(connection);
  if (store === undefined) throw notChosen();
  if (!connection.state.stores.remove(store.id)) throw new RefusedError('its keys were removed before');
}
