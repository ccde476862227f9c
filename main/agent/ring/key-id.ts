// By what a key is named to windows and between programs of ours.
import { createHash } from 'node:crypto';

/** The `id` of the key or certificate `blob`. */
export const keyId = (blob: Uint8Array): string => createHash('sha256').update(blob).digest('hex');
