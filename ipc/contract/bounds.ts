// How large anything may be that crosses between a window and the main process.

export const bounds = {
  /** Keys the agent holds at most; also the most that one request can name. */
  keys: 1024,
  /** Encrypted files the agent keeps of one key; the core has the same limit. */
  filesPerKey: 4,
  /** A pasted or dropped private key file. */
  keyFileBytes: 1024 * 1024,
  /** Files that wait for their passphrases: more than the 200 that can be dropped at once. */
  pendingFiles: 256,
  fileNameCharacters: 255,
  commentCharacters: 1024,
  passphraseBytes: 4096,
  searchCharacters: 200,
  idCharacters: 256,
  /** The core has the same limit. */
  rules: 1024,
  /** More than any condition of a rule may have: what is too long is refused by the core, in a sentence. */
  conditionCharacters: 8192,
  activityPage: 500,
  /** RFC 9987 §5.2.7.1 has 32 bits. */
  lifetimeSeconds: 2 ** 32 - 1,
} as const;
