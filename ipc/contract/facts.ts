// One thing that is known of a request, and how far it can be believed.

/** How far a fact can be believed (see SECURITY.md): proved, seen by us, only said, or not known. */
export type Trust = 'verified' | 'observed' | 'claimed' | 'unknown';

export interface Fact {
  /** One line for the person. May hold a stranger's words: isolate it, and never take it for markup. */
  readonly text: string;
  readonly trust: Trust;
  /** More of the same, for example the full path of the program. */
  readonly detail?: string;
}
