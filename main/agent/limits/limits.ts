// What clients may make the agent hold: past a limit the answer is failure, never memory. Lists that the agent keeps by
// itself, such as the activity, have their bounds in their own files.

/** Largest reply body that OpenSSH and PuTTY read. */
const replyBytes = 262_144;

export const limits = {
  keys: 1024,
  /** Of them, those that came over connections that belong to an SSH session. */
  keysFromElsewhere: 512,
  sessionBindings: 16,
  destinationConstraints: 1024,
  /** In the destination constraints of all keys together. */
  hostKeys: 16_384,
  /** Of them, those of keys that came over connections that belong to an SSH session. */
  hostKeysFromElsewhere: 8192,
  /** Identities of one private key that are restricted to destinations. */
  restrictedPerKey: 32,
  /** Of them, those that came over connections that belong to an SSH session. */
  restrictedPerKeyFromElsewhere: 16,
  sessionIdBytes: 128,
  /** Of a host's signature; those of post-quantum keys have a few KiB. */
  hostSignatureBytes: 16 * 1024,
  userNameBytes: 256,
  /** Of an SSHSIG signature. */
  namespaceLength: 256,
  /** A comment up to this length never counts; the wire has no limit but the message's. */
  shortCommentBytes: 4096,
  /** Of all longer comments together. */
  longCommentBytes: 4 * 1024 * 1024,
  /** Of them, those of keys that came over connections that belong to an SSH session. */
  longCommentBytesFromElsewhere: 1024 * 1024,
  /** Of a public key or certificate. */
  publicKeyBytes: 32 * 1024,
  replyBytes,
  /**
   * Of a public key and its comment, so that the fullest list with this identity alone fits a reply: list-keys@sallyport
   * has 5 bytes before its entries, the lengths of both, and 12 bytes after them.
   */
  listedBytes: replyBytes - (5 + 2 * 4 + 12),
  /** Encrypted files kept for one private key; one more is refused. */
  encryptedFormsPerKey: 4,
  /** Of them, those that came over connections that belong to an SSH session. */
  encryptedFormsFromElsewhere: 2,
  /** Requests of this machine that wait for one passphrase. */
  waitersPerPrompt: 256,
  /** Requests of other machines that ever wait for one passphrase prompt. */
  waitersFromElsewhere: 16,
  /** Requests of this machine that ever join one question whether the agent is to be unlocked. */
  lockedRequests: 256,
  /** The same of all other machines together; each that joins keeps the person waiting. */
  lockedRequestsFromElsewhere: 4,
  /** Places of keys elsewhere. */
  stores: 16,
  /** Of one of them, beside the keys that are held here. */
  keysPerStore: 256,
  /** Signatures of one store under way at the same time; each may wait for a person. */
  signaturesPerStore: 64,
  /** Rules that a stored policy may hold. */
  rules: 1024,
  /** Of one condition of a rule, in characters. */
  conditionLength: 1024,
} as const;
