// The search in the key list.
import type { KeyView } from '../../../ipc/contract/keys.ts';

/** Whether `text` is in anything that names the key. */
export function keyMatches(key: KeyView, text: string): boolean {
  const needle = text.trim().toLowerCase();
  const hay = [
    key.comment,
    key.fingerprint,
    key.md5Fingerprint,
    key.kind,
    key.algorithm,
    key.home?.title ?? '',
  ];
  return hay.some((field) => field.toLowerCase().includes(needle));
}
