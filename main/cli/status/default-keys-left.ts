// Which of the person's usual keys an agent does not have.
import type { ListedKey } from '../../client/agent-replies.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import { defaultKeyFiles } from '../parts/key-files/default-keys.ts';
import { describeBlob } from '../parts/keys/describe-key.ts';
import { publicKeyOfFile } from '../parts/keys/find-key.ts';

/**
 * Paths of default key files whose keys are not among `keys`. What can't be read, or hides its public half, is left out: of
 * that nothing is known.
 */
export async function defaultKeysLeft(keys: readonly ListedKey[], home?: string): Promise<readonly string[]> {
  const there = new Set(keys.map(({ blob }) => describeBlob(blob).fingerprint));
  const left = await Promise.all(
    defaultKeyFiles(home).map(async (path) => {
      const beside = await publicKeyOfFile(`${path}.pub`).catch(() => undefined);
      const key = beside ?? (await publicKeyOfFile(path).catch(() => undefined));
      return key && !there.has(sha256Fingerprint(key.base.blob)) ? [path] : [];
    }),
  );
  return left.flat();
}
