// All kinds of changes: what is remembered of one says which it is.
import * as v from 'valibot';
import type { ShownChange } from '../../../ipc/contract/set-up.ts';
import { blockChange } from './block-change.ts';
import type { ChangeKind, Undone } from './change.ts';
import { gitChange } from './git-change.ts';
import { serviceChange } from './service-change.ts';
import { runValueChange, startupFileChange } from './startup-change.ts';
import type { Surroundings } from './surroundings.ts';
import { wslChange } from './wsl-change.ts';

const kinds = {
  block: blockChange,
  git: gitChange,
  'startup-file': startupFileChange,
  'run-value': runValueChange,
  service: serviceChange,
  wsl: wslChange,
};

/** SECURITY: of what is read back from the file of changes. */
export const changeSchema = v.variant('kind', [
  blockChange.schema,
  gitChange.schema,
  startupFileChange.schema,
  runValueChange.schema,
  serviceChange.schema,
  wslChange.schema,
]);
export type Change = v.InferOutput<typeof changeSchema>;

const kindOf = (change: Change) => kinds[change.kind] as unknown as ChangeKind<v.GenericSchema<Change>>;

export const showChange = async (change: Change, around: Surroundings): Promise<readonly ShownChange[]> =>
  [await kindOf(change).show(change, around)].flat();

export const applyChange = (change: Change, around: Surroundings): Promise<Change> =>
  kindOf(change).apply(change, around);

export const showUndo = async (change: Change, around: Surroundings): Promise<ShownChange> =>
  await kindOf(change).showUndo(change, around);

export const undoChange = (change: Change, around: Surroundings): Promise<Undone> =>
  kindOf(change).undo(change, around);
