// PuTTY's saved sessions: the key file that each logs in with.
import {
  inTurns,
  maxSessions,
  type NamedFile,
  type Profile,
  percentDecoded,
  type SourceReport,
  tooManySessions,
} from './source.ts';

const sessionsKey = 'Software\\SimonTatham\\PuTTY\\Sessions';

export async function keysOfPuttySessions({ registry }: Profile): Promise<SourceReport> {
  if (registry === undefined) return { files: [], notes: [] };
  const names = await registry.keys(sessionsKey, maxSessions + 1);
  const found = await inTurns(names.slice(0, maxSessions), async (name): Promise<NamedFile[]> => {
    const key = `${sessionsKey}\\${name}`;
    const path = await registry.string(key, 'PublicKeyFile');
    // For all its name it is the private key's.
    if (!path) return [];
    const certificate = await registry.string(key, 'DetachedCertificate');
    return [{ path, source: 'putty', name: percentDecoded(name), ...(certificate && { certificate }) }];
  });
  return { files: found.flat(), notes: names.length > maxSessions ? [tooManySessions('PuTTY')] : [] };
}
