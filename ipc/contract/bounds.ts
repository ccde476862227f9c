// How large anything may be that crosses between a window and the main process.
import { limits } from '../../main/agent/limits/limits.ts';

export const bounds = {
  /** Keys that one request can name: all that the agent can hold. */
  keys: limits.keys + limits.stores * limits.keysPerStore,
  /** A pasted or dropped private key file. */
  keyFileBytes: 1024 * 1024,
  /** Files that wait for their passphrases: more than the 200 that can be dropped at once. */
  pendingFiles: 256,
  fileNameCharacters: 255,
  commentCharacters: 1024,
  /** Of a security key's key. */
  applicationCharacters: 256,
  passphraseBytes: 4096,
  searchCharacters: 200,
  /** Of another agent. */
  addressCharacters: 4096,
  idCharacters: 256,
  rules: limits.rules,
  /** More than any condition of a rule may have: what is too long is refused by the core, in a sentence. */
  conditionCharacters: 8192,
  /** Longer than any host that a key is for may be: what is too long is refused in a sentence. */
  hostCharacters: 1024,
  /** That are set at once. */
  hosts: 200,
  activityPage: 500,
  /** A year. */
  filterMinutes: 366 * 24 * 60,
  /** RFC 9987 §5.2.7.1 has 32 bits. */
  lifetimeSeconds: 2 ** 32 - 1,
} as const;
