// How long the agent waits for what, in ms: its own rules, told once.

export const timeLimits = {
  /** Looking up a process, or the names of hosts, must not hold a request for longer than this. */
  lookUpMs: 2000,
  /** A signature is not kept back for longer than this to see who has asked for it. */
  lookUpBesideSignatureMs: 100,
  /** A list is answered in the person's own order rather than wait longer than this for a better one. */
  lookUpForOrderMs: 150,
} as const;
