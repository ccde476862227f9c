// A second start knows whether the program that runs has heard of it.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { acknowledgeStart, newStartNote, wasHeard } from '../../../../main/shell/lifecycle/second-start.ts';

const directory = mkdtempSync(join(tmpdir(), 'sallyport-second-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('is heard when the program that runs has acknowledged it, and leaves nothing behind', async () => {
  const note = newStartNote();
  const heard = wasHeard(directory, note, 60_000);
  await acknowledgeStart(directory, note);
  expect(await heard).toBe(true);
  expect(readdirSync(directory)).toEqual([]);
});

it('is heard among several at once, as the Explorer starts one for each file', async () => {
  const notes = Array.from({ length: 20 }, newStartNote);
  for (const note of notes) await acknowledgeStart(directory, note);
  expect(await Promise.all(notes.map((note) => wasHeard(directory, note, 0)))).toEqual(notes.map(() => true));
  expect(readdirSync(directory)).toEqual([]);
});

it('is not heard when another start was acknowledged, or none', async () => {
  expect(await wasHeard(directory, newStartNote(), 0)).toBe(false);
  const other = newStartNote();
  await acknowledgeStart(directory, other);
  expect(await wasHeard(directory, newStartNote(), 0)).toBe(false);
  expect(await wasHeard(directory, other, 0)).toBe(true);
});

it('leaves nothing behind when it was ended before it saw that it was heard', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  await acknowledgeStart(directory, newStartNote());
  expect(readdirSync(directory)).toHaveLength(1);
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  await expect.poll(() => readdirSync(directory)).toEqual([]);
});

it.each([undefined, null, {}, { startId: 7 }, { startId: '../../x' }, { startId: 'x'.repeat(1e6) }])(
  'writes nothing that another program dictates: %o',
  async (note) => {
    await acknowledgeStart(directory, note);
    expect(readdirSync(directory)).toEqual([]);
  },
);
