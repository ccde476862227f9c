// How long the agent waits for what, in ms, and how long what counts: its own rules, told once.

const secondMs = 1000;
const minuteMs = 60 * secondMs;

/** After a "no": the first time of quiet, which each further "no" doubles up to the longest. */
export interface QuietTimes {
  readonly firstMs: number;
  readonly maxMs: number;
  /** After so long without a "no" all is forgotten. */
  readonly forgetMs: number;
}

// A person who slipped and tries again takes longer than the first step; a program does not.
const quietForRequest: QuietTimes = { firstMs: 2 * secondMs, maxMs: minuteMs, forgetMs: 5 * minuteMs };
const quietForSource: QuietTimes = { firstMs: 5 * secondMs, maxMs: minuteMs, forgetMs: 2 * minuteMs };
// The person is away, or wants to be left alone.
const quietWhileLocked: QuietTimes = { firstMs: 2 * secondMs, maxMs: 15 * minuteMs, forgetMs: 60 * minuteMs };
// One that copies itself; others that are new wait as well, and the person unlocks the agent where they want them.
const quietForNewcomers: QuietTimes = { firstMs: minuteMs, maxMs: 15 * minuteMs, forgetMs: 60 * minuteMs };

export const timeLimits = {
  /** Looking up a process, or the names of hosts, must not hold a request for longer than this. */
  lookUpMs: 2 * secondMs,
  /** A signature is not kept back for longer than this to see who has asked for it. */
  lookUpBesideSignatureMs: 100,
  /** A list is answered in the person's own order rather than wait longer than this for a better one. */
  lookUpForOrderMs: 150,

  /** A list is answered without the keys of a store that takes longer than this … */
  listOfStoreMs: 400,
  /** … which is out of reach when it takes longer than this, … */
  storeAnswerMs: 3 * secondMs,
  /** … and is asked again after this. */
  storeRestMs: 10 * secondMs,
  /** What a store may take for a signature, as it may ask the person. */
  storeSignatureMs: 5 * minuteMs,

  /** The person's answer to a question, unless they have set another. */
  confirmMs: minuteMs,
  /** The same for a passphrase. */
  passphraseMs: 5 * minuteMs,
  /** A signature that waits for the person for no longer than this is not worth telling them of. */
  waitToShowMs: 200,
  /** How long an answer is remembered. */
  rememberMs: {
    '5-minutes': 5 * minuteMs,
    '1-hour': 60 * minuteMs,
    'until-locked': Number.POSITIVE_INFINITY,
  },
  /** How long the next request, allowed beforehand, may take to come; windows say “within a minute”. */
  nextTimeMs: minuteMs,
  quietForRequest,
  quietForSource,
  quietWhileLocked,
  quietForNewcomers,

  /** How long the same use, made again, is the same entry of the activity. */
  sameEntryMs: minuteMs,
  /** How old what is known of the file with the rules may be: looking at it costs a system call. */
  policyAgeMs: secondMs,

  /** A wrong lock passphrase is answered so much later with each failure of its connection … */
  guessDelayStepMs: 100,
  /** … up to this. */
  maxGuessDelayMs: 10 * secondMs,
} as const;
