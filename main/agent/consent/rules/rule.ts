// One rule of the person: which uses of keys it is about, and what to do with them.

import type { Relayed } from '../../facts/relayed-program.ts';
import type { UseFacts } from '../../facts/request-facts.ts';
import type { NewRule } from './rule-schema.ts';

/** Never changed: a change makes another one. What follows from it alone is kept with it (rule-matcher.ts). */
export interface Rule extends NewRule {
  readonly id: string;
}

/** A stored rule that this version does not understand; kept as it stands. */
export interface UnreadableRule {
  readonly id: string;
  readonly action: 'unreadable';
  readonly stored: unknown;
}

/** What rules are matched against; never display text. */
export interface RuleSubject {
  readonly keyFingerprint: string;
  readonly program?: string | undefined;
  /** The program's file is another one than its path names here. */
  readonly isOtherFile?: boolean | undefined;
  /** What stands behind the program, where that is a relay and says so. */
  readonly relayed?: Relayed | undefined;
  /** The account that a server might log in by it, whatever `use` says of the purpose and the user. */
  readonly account?: string | undefined;
  readonly use: UseFacts;
}
