// PuTTY's host keys, where PuTTY for Windows keeps them.
import type { PuttyHostKey } from './putty-host-keys.ts';

const hostKeysKey = 'Software\\SimonTatham\\PuTTY\\SshHostKeys';

/** None on other systems, where PuTTY keeps them in a file. Rejects when the registry can't be read. */
export async function readPuttyRegistry(): Promise<readonly PuttyHostKey[]> {
  if (process.platform !== 'win32') return [];
  const { userRegistryStrings } = await import('../../../ipc/win32/registry/registry-strings.ts');
  return userRegistryStrings(hostKeysKey);
}
