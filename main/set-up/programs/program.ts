// A program, or a family of them, that can be told to ask Sallyport.
import type { ProgramStatus } from '../../../ipc/contract/set-up.ts';
import type { SelfTest } from '../../../ipc/contract/use-with.ts';
import type { Change } from '../changes/change-kinds.ts';
import type { Surroundings } from '../changes/surroundings.ts';

export interface ProgramLook {
  readonly status: ProgramStatus;
  /** For the person: how it stands, and what setting it up would bring. */
  readonly sentence: string;
  /** Where it was found. */
  readonly where?: string;
  /** What setting it up does. */
  readonly changes?: readonly Change[];
  /** What the person should know before. */
  readonly notes?: readonly string[];
}

export interface Program {
  /** As the command calls it: `ssh`. */
  readonly id: string;
  readonly title: string;
  /** What setting it up changes, in a few words for the command's help. */
  readonly summary: string;
  /** Changes nothing. Rejects with ChangeError where the person's files can't be looked at. */
  look(around: Surroundings): Promise<ProgramLook>;
  /** A real list of keys, through the door that the program comes in by, by the program where it can be run. */
  test(around: Surroundings): Promise<SelfTest>;
}

/** Programs that come and go, found anew at each look. */
export interface ProgramGroup {
  readonly id: string;
  readonly title: string;
  /** Whether there may be any on this system. */
  isHere(around: Surroundings): boolean;
  /** Never rejects for what the person can see to, and never takes long. */
  find(around: Surroundings): Promise<readonly Program[]>;
}

/** For the person, of a door that is needed. */
export const notOpen = (what: string, { doorsPlace }: Surroundings) =>
  `${what} is not open at the moment. ${doorsPlace} says why, and what to do about it.`;
