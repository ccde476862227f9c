// Adding keys: messages 17 and 25, PuTTY's add-ppk and our add-key-file.

import { equalBytes, type WireReader } from '../../keys/encoding/wire.ts';
import { withPublicKey } from '../../keys/files/known-public-key.ts';
import type { ClearKeyFile, KeyFile } from '../../keys/files/shared/key-file.ts';
import { readAgentPrivateKey } from '../../keys/kinds/agent-private-key.ts';
import { parsePublicKey } from '../../keys/kinds/parse-public-key.ts';
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { Connection } from '../facts/connection.ts';
import { RefusedError } from '../protocol/errors.ts';
import { type AddedConstraints, readConstraints, unconstrained } from '../ring/constraints.ts';
import type { Identity, NewIdentity } from '../ring/identity.ts';
import { isPermitted } from '../ring/visibility.ts';
import type { ServedConnection } from './agent-state.ts';
import { assertOwnProvider, authenticatorFor } from './security-key-provider.ts';

function assertAllPermitted(identities: readonly Identity[], connection: Connection): void {
  if (!identities.every((identity) => isPermitted(identity, connection)))
    throw new RefusedError('the key is not visible on this connection');
}

/** SECURITY: a connection must not change the constraints of a key that it may not see. */
export function assertMayReplace(publicKey: PublicKey, connection: ServedConnection): void {
  const present = connection.state.keyRing.find(publicKey.blob);
  if (present) assertAllPermitted([present], connection);
}

/** SECURITY: nor must it get at such a key by a file, which proves nothing, with a certificate of it. */
export function assertMayJoin(publicKey: PublicKey, connection: ServedConnection): void {
  assertAllPermitted(connection.state.keyRing.sharing(publicKey), connection);
}

/** Throws when the agent was locked while the key was being read: a locked agent takes no keys. */
export function assertNotLocked(connection: ServedConnection): void {
  if (connection.state.lock.isLocked) throw new RefusedError('the agent is locked');
}

/** Whether what is added comes from a machine elsewhere, as far as that can be told. */
const isFromElsewhere = ({ bindings }: Connection) => bindings.isOfSshSession;

/** Loads the key when its turn comes, and adds it unless that may not be done any more by then. */
export async function addClearKey(
  added: NewIdentity,
  load: () => Promise<PrivateKey>,
  connection: ServedConnection,
): Promise<void> {
  const { loadTurns, keyRing } = connection.state;
  assertMayReplace(added.publicKey, connection);
  const privateKey = await loadTurns.run(added.publicKey, connection.claimant, load);
  try {
    // SECURITY: what was true before the wait may not be now.
    assertNotLocked(connection);
    assertMayReplace(added.publicKey, connection);
  } catch (error) {
    privateKey.destroy();
    throw error;
  }
  keyRing.addClear({ ...added, isFromElsewhere: isFromElsewhere(connection) }, privateKey);
}

/** Messages 17 and 25. `reader` stands at the algorithm name; 17 has nothing after the comment. */
export async function addIdentity(
  reader: WireReader,
  constrained: boolean,
  connection: ServedConnection,
): Promise<void> {
  const { fields, publicKey } = readAgentPrivateKey(reader);
  try {
    const comment = reader.readString();
    // SECURITY: trailing bytes of a plain add may be constraints; dropping them would add the key without.
    if (!constrained) reader.assertEnd();
    const asked: AddedConstraints = constrained ? readConstraints(reader) : unconstrained;
    const { securityKeyProvider, ...constraints } = asked;
    const { offload } = connection.state.ports;
    const authenticator = await authenticatorFor(publicKey, securityKeyProvider, connection);
    const load = () => fields.load(offload, authenticator);
    await addClearKey({ publicKey, comment, constraints }, load, connection);
  } finally {
    fields.wipe();
  }
}

/** What its fields are made of is the file's, which is wiped by whoever has read it. */
async function addClearFile(
  file: ClearKeyFile,
  added: NewIdentity,
  connection: ServedConnection,
): Promise<void> {
  const { offload, authenticators } = connection.state.ports;
  const load = async () => (await file.fields(offload)).load(offload, authenticators.own);
  await addClearKey(added, load, connection);
}

async function addFile(file: KeyFile, added: NewIdentity, connection: ServedConnection): Promise<void> {
  if (file.kind === 'clear') return addClearFile(file, added, connection);
  assertMayJoin(added.publicKey, connection);
  connection.state.keyRing.addEncrypted({ ...added, isFromElsewhere: isFromElsewhere(connection) }, file);
}

/** Parses a key file when its turn comes; nothing of a clear one is left, whatever `use` does. */
async function withFile(
  bytes: Uint8Array,
  connection: ServedConnection,
  use: (file: KeyFile) => Promise<void>,
): Promise<void> {
  const file = await connection.state.loadTurns.parse(bytes, connection.claimant);
  try {
    assertNotLocked(connection);
    await use(file);
  } finally {
    if (file.kind === 'clear') file.wipe();
  }
}

/** PuTTY's `add-ppk`: the rest of the message is one `string`, a PPK file (PuTTY's pageant.c). */
export function addPpk(contents: WireReader, connection: ServedConnection): Promise<void> {
  return withFile(contents.readString(), connection, async (file) => {
    if (file.format !== 'ppk' || file.publicKey === undefined) throw new RefusedError('not a PPK file');
    const comment = file.rawComment;
    await addFile(file, { publicKey: file.publicKey, comment, constraints: unconstrained }, connection);
  });
}

/**
 * Our `add-key-file@sallyport`: `string` key file of any format, `string` public key blob (empty: the file's own;
 * a certificate's to list that), `string` comment (empty: the file's own), then constraints as in message 25.
 */
export async function addKeyFile(contents: WireReader, connection: ServedConnection): Promise<void> {
  const bytes = contents.readString();
  const companionBlob = contents.readString();
  const givenComment = contents.readString();
  const { securityKeyProvider, ...constraints } = readConstraints(contents);
  await withFile(bytes, connection, async (file) => {
    const publicKey = companionBlob.length > 0 ? parsePublicKey(companionBlob) : file.publicKey;
    if (publicKey === undefined) throw new RefusedError('the file hides its public key and none was given');
    if (file.publicKey && !equalBytes(file.publicKey.base.blob, publicKey.base.blob))
      throw new RefusedError('the public key does not belong to the file');
    await assertOwnProvider(publicKey, securityKeyProvider, connection);
    const comment = givenComment.length > 0 ? givenComment : file.rawComment;
    const knownFile = file.kind === 'encrypted' ? withPublicKey(file, publicKey.base) : file;
    await addFile(knownFile, { publicKey, comment, constraints }, connection);
  });
}
