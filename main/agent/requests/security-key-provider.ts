// OpenSSH's constraint sk-provider@openssh.com: by which library the security key of a key is reached.
import type { Authenticator } from '../../keys/authenticator.ts';
import { isSecurityKey } from '../../keys/kinds/security-key/security-key-public-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import { RefusedError } from '../protocol/errors.ts';
import type { ServedConnection } from './agent-state.ts';

/** OpenSSH's names for its own way, in any case, and ours. */
const isOwn = (provider: string) => provider === '' || provider.toLowerCase() === 'internal';

/**
 * The way to the security key of a key that is added; undefined: the key is in none. Rejects with RefusedError for a
 * library that may not be used. SECURITY: a library that is loaded can do anything, so a machine elsewhere names none
 * (CVE-2023-38408), and programs of this one only those on the person's list.
 */
export async function authenticatorFor(
  { type }: PublicKey,
  provider: string | undefined,
  { bindings, state }: ServedConnection,
): Promise<Authenticator | undefined> {
  if (!isSecurityKey(type)) {
    if (provider !== undefined)
      throw new RefusedError('a library for security keys was named for a key that is in none');
    return undefined;
  }
  const { authenticators } = state.ports;
  if (provider === undefined || isOwn(provider)) return authenticators.own;
  if (bindings.isOfSshSession)
    throw new RefusedError('a library for security keys was named by what may be another machine');
  const found = await authenticators.byLibrary(provider);
  if (found === undefined)
    throw new RefusedError(
      'the library that was named for the security key is not on the list of those to use',
    );
  return found;
}

/** The same for a key file, which is opened when its library is long forgotten. */
export async function assertOwnProvider(
  publicKey: PublicKey,
  provider: string | undefined,
  connection: ServedConnection,
): Promise<void> {
  const found = await authenticatorFor(publicKey, provider, connection);
  if (found !== undefined && found !== connection.state.ports.authenticators.own)
    throw new RefusedError('a library for security keys was named for a key file');
}
