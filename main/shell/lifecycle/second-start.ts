// A start that did not get the single-instance lock: was it handed to the program that runs, or has it gone wrong?
// Electron says “no” to both (RequestSingleInstanceLock in its shell/browser/api/electron_api_app.cc): also where
// the lock can't be made, or its holder is another machine's or hangs.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { becomesTrue } from '../../basics/waiting.ts';

/** A program that is still starting hears of the second start when Electron is ready. */
const waitMs = 5000;
const lookMs = 100;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** One for each start: the Explorer starts a program for each of several files at once. */
const receiptOf = (dataDirectory: string, startId: string) => join(dataDirectory, `second-start-${startId}`);

/** What a start says of itself when it asks for the lock. */
export interface StartNote {
  readonly startId: string;
}

export const newStartNote = (): StartNote => ({ startId: randomUUID() });

/**
 * The program that runs tells the second start that it was heard. `note` is another program's word: anything but the
 * id of a start is left alone. Never rejects.
 */
export async function acknowledgeStart(dataDirectory: string, note: unknown): Promise<void> {
  const { startId } = (note ?? {}) as Partial<StartNote>;
  if (typeof startId !== 'string' || !uuid.test(startId)) return;
  const receipt = receiptOf(dataDirectory, startId);
  await writeFile(receipt, '', { mode: 0o600 }).catch(() => {});
  // Who was ended meanwhile does not take it away.
  setTimeout(() => void rm(receipt, { force: true }).catch(() => {}), 2 * waitMs).unref();
}

/** True once the program that runs has acknowledged the start; false when it has not for `limitMs`. Never rejects. */
export async function wasHeard(
  dataDirectory: string,
  { startId }: StartNote,
  limitMs: number = waitMs,
): Promise<boolean> {
  const receipt = receiptOf(dataDirectory, startId);
  const isHeard = await becomesTrue(() => existsSync(receipt), lookMs, limitMs);
  if (isHeard) await rm(receipt, { force: true }).catch(() => {});
  return isHeard;
}
