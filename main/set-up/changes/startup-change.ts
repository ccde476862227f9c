// What would start with Windows and take the name that Sallyport listens at: taken out of the Startup folder or the Run key.
import { existsSync, lstatSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { ChangeKind } from './change.ts';
import { ChangeError } from './change-error.ts';
import type { Surroundings } from './surroundings.ts';
import type { WindowsCalls } from './windows-calls.ts';

const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max), v.regex(/^[^\0]*$/));

/** A name in a folder, never a way out of it, nor one that Windows reads as a stream or a device of another kind. */
const fileName = v.pipe(text(255), v.regex(/^[^\\/:*?"<>|]*[^\\/:*?"<>|. ]$/));

const fileSchema = v.strictObject({ kind: v.literal('startup-file'), name: fileName });
/** Of what is taken out, and put back: nothing else is made to start with Windows, whatever the list of changes says. */
export const pageantPattern = /\bpageant\b/i;

const runSchema = v.strictObject({
  kind: v.literal('run-value'),
  name: text(1024),
  value: v.pipe(text(4096), v.regex(pageantPattern)),
});

function callsOf({ windows }: Surroundings): WindowsCalls {
  if (windows === undefined) throw new ChangeError('This is a part of Windows, and this is another system.');
  return windows;
}

const keptIn = ({ settingsFolder }: Surroundings) => join(settingsFolder, 'taken-out');

function placesOf(name: string, around: Surroundings) {
  return { startup: join(callsOf(around).startupFolder, name), kept: join(keptIn(around), name) };
}

export const startupFileChange: ChangeKind<typeof fileSchema> = {
  schema: fileSchema,
  show: ({ name }, around) => ({
    place: callsOf(around).startupFolder,
    removed: [name],
    added: [],
    how: 'The shortcut is kept in Sallyport’s folder, so that it does not start when you sign in.',
  }),
  async apply(change, around) {
    const { startup, kept } = placesOf(change.name, around);
    if (!lstatSync(startup, { throwIfNoEntry: false })?.isFile())
      throw new ChangeError('The shortcut is not there any more. Look again.');
    if (existsSync(kept)) throw new ChangeError(`${kept} is in the way. Move it away, then try again.`);
    await mkdir(keptIn(around), { recursive: true, mode: 0o700 });
    await rename(startup, kept);
    return change;
  },
  showUndo: ({ name }, around) => ({
    place: callsOf(around).startupFolder,
    removed: [],
    added: [name],
    how: 'The shortcut comes back as it was.',
  }),
  async undo({ name }, around) {
    const { startup, kept } = placesOf(name, around);
    if (!lstatSync(kept, { throwIfNoEntry: false })?.isFile())
      return { note: 'The shortcut that was kept is gone.' };
    if (existsSync(startup))
      throw new ChangeError(`There is another ${startup} by now. Move it away, then try again.`);
    await rename(kept, startup);
    return {};
  },
};

const runKey = 'HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run';
const valueNamed = (name: string, windows: WindowsCalls) =>
  windows.runValues().find((one) => one.name === name)?.value;

export const runValueChange: ChangeKind<typeof runSchema> = {
  schema: runSchema,
  show: ({ name, value }) => ({
    place: runKey,
    removed: [`${name} = ${value}`],
    added: [],
    how: 'The entry is remembered, so that it does not start when you sign in.',
  }),
  async apply(change, around) {
    const windows = callsOf(around);
    if (valueNamed(change.name, windows) !== change.value)
      throw new ChangeError('The entry has just been changed. Look again, then decide.');
    windows.removeRunValue(change.name);
    return change;
  },
  showUndo: ({ name, value }) => ({
    place: runKey,
    removed: [],
    added: [`${name} = ${value}`],
    how: 'The entry comes back as it was.',
  }),
  async undo({ name, value }, around) {
    const windows = callsOf(around);
    const now = valueNamed(name, windows);
    if (now === value) return { note: 'The entry is there already.' };
    if (now !== undefined)
      return { note: 'There is another entry of that name by now, so it is left as it is.' };
    windows.setRunValue(name, value);
    return {};
  },
};
