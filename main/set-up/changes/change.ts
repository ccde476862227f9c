// One change to what is the person's: what is shown of it before, what is remembered, and how it is taken back.
import type { GenericSchema, InferOutput } from 'valibot';
import type { ShownChange } from '../../../ipc/contract/set-up.ts';
import type { Surroundings } from './surroundings.ts';

/** What came of taking a change back: a sentence where there was nothing of ours to take back any more. */
export type Undone = { readonly note?: string };

/**
 * A kind of change. What is remembered of one, `Kept`, is data that can be written down: enough to take it back in another
 * process, years later. Methods reject with ChangeError, UntrustedPlaceError or the system's error; then nothing was done.
 */
export interface ChangeKind<Schema extends GenericSchema> {
  /** SECURITY: of what is read back from the file; its bounds are checked there, its places by `undo`. */
  readonly schema: Schema;
  /** What the change does, as it stands now: in one place, or in several that change together. */
  show(
    kept: InferOutput<Schema>,
    around: Surroundings,
  ): Promise<ShownChange | readonly ShownChange[]> | ShownChange;
  /** Makes the change; resolves with what is to be remembered from now on. */
  apply(kept: InferOutput<Schema>, around: Surroundings): Promise<InferOutput<Schema>>;
  /** What taking it back does, as it stands now. */
  showUndo(kept: InferOutput<Schema>, around: Surroundings): Promise<ShownChange> | ShownChange;
  /** Takes the change back. SECURITY: only in places where Sallyport makes such changes. */
  undo(kept: InferOutput<Schema>, around: Surroundings): Promise<Undone>;
}
