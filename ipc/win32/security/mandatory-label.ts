// Integrity levels ([MS-DTYP] §2.4.4.13): the label of an object, and the rule that keeps less trusted programs out.
import { type Ace, SYSTEM_MANDATORY_LABEL_ACE_TYPE } from './access-list.ts';
import { MalformedSecurityError } from './sid.ts';

const NO_WRITE_UP = 1;
const NO_READ_UP = 2;
/** What an object without a label has. Windows labels by itself only what a program below it makes. */
export const MEDIUM_LEVEL = 0x2000;

export interface MandatoryLabel {
  /** 0x1000 low, 0x2000 medium, 0x3000 high (run as administrator), 0x4000 system. */
  readonly level: number;
  /** What programs below the level may not do. */
  readonly mask: number;
}

/** The level that a SID `S-1-16-…` stands for. Throws MalformedSecurityError for any other. */
export function levelOfSid(sid: string): number {
  const [, level] = /^S-1-16-(\d+)$/.exec(sid) ?? [];
  if (level === undefined) throw new MalformedSecurityError(`${sid || 'an entry'} is no integrity level`);
  return Number(level);
}

/** The label among the entries of a system access list; undefined when it has none. Throws MalformedSecurityError. */
export function labelAmong(entries: readonly Ace[]): MandatoryLabel | undefined {
  const [label, ...others] = entries.filter(({ type }) => type === SYSTEM_MANDATORY_LABEL_ACE_TYPE);
  if (label === undefined) return undefined;
  if (others.length > 0 || label.flags !== 0)
    throw new MalformedSecurityError('its integrity label is not plain');
  return { level: levelOfSid(label.sid), mask: label.mask };
}

/**
 * The one rule of all doors of Windows: what is below our own level gets nothing of us. An elevated agent does not sign
 * for programs that are not elevated, and no agent for a sandbox of low integrity. Pipes carry a label for it and the
 * system enforces it there, as it does for messages to our windows; where only a process is known, it is asked here.
 */
export function isBelow(level: number, ownLevel: number): boolean {
  return level < ownLevel;
}

/** The label of a pipe of ours, as a part of SDDL: programs below `ownLevel` can neither read nor write. */
export function labelFor(ownLevel: number): string {
  return `S:(ML;;NWNR;;;S-1-16-${ownLevel})`;
}

/** Throws unless the label is the one of `labelFor`. */
export function assertKeepsLowerOut(label: MandatoryLabel | undefined, ownLevel: number): void {
  if (label === undefined) throw new MalformedSecurityError('the system gave it no integrity label');
  const { level, mask } = label;
  if (level !== ownLevel || mask !== (NO_WRITE_UP | NO_READ_UP))
    throw new MalformedSecurityError('its integrity label is not the one that was asked for');
}

/**
 * Throws when the object was made by a program below our level, as far as its label tells: what is made at medium
 * and above looks alike.
 */
export function assertNotMadeBelow(label: MandatoryLabel | undefined, ownLevel: number): void {
  if (label && isBelow(label.level, Math.min(ownLevel, MEDIUM_LEVEL)))
    throw new MalformedSecurityError('it was made by a program of lower integrity');
}
