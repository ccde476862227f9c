// Sallyport's own pipe, one for each user: always free, and fit for IdentityAgent in an ssh configuration.
import { currentUserSid } from '../../win32/security/current-user.ts';
import type { Transport } from '../transport.ts';
import { createNamedPipeTransport } from './named-pipe-door.ts';

/**
 * `\\.\pipe\sallyport.<SID>`: the SID never changes, is plain ASCII, and differs between users of the same
 * name in two domains. In ssh_config: `IdentityAgent //./pipe/sallyport.<SID>`.
 */
export function ownPipeName(userSid: string = currentUserSid()): string {
  return `\\\\.\\pipe\\sallyport.${userSid}`;
}

/** A transport on the user's own pipe. */
export function createOwnPipeTransport(): Transport {
  return createNamedPipeTransport({
    name: 'own-pipe',
    names: () => ({ addresses: [ownPipeName()] }),
    remedyWhenTaken: () => 'End that program: it is another Sallyport, or it pretends to be one.',
  });
}
