// What "Get started" keeps, over restarts and of a file that was tampered with.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openGetStartedFile } from '../../../main/stored/get-started-file.ts';

let dir: string;
let logged: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
  logged = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = () => openGetStartedFile(join(dir, 'get-started.json'), (line) => logged.push(line));
const id = 'a'.repeat(64);

it('has nothing done at first, and keeps what was changed', async () => {
  const file = open();
  expect(file.current.steps.keys).toBe('to-do');
  await file.change((now) => ({ ...now, addedKeys: [id], levelBefore: 'never' }));
  expect(open().current).toMatchObject({ addedKeys: [id], levelBefore: 'never' });
  expect(logged).toEqual([]);
});

it.each([
  ['is damaged', '{"version":1,'],
  ['has a key of another form', JSON.stringify({ version: 1, record: { addedKeys: ['x'] } })],
  ['is of a newer version', '{"version":2}'],
])('is not used and not written over when it %s', async (_, text) => {
  writeFileSync(join(dir, 'get-started.json'), text);
  const file = open();
  expect(file.current.addedKeys).toEqual([]);
  await file.change((now) => ({ ...now, addedKeys: [id] }));
  expect(file.current.addedKeys).toEqual([id]);
  expect(readFileSync(join(dir, 'get-started.json'), 'utf8')).toBe(text);
  expect(logged).toHaveLength(1);
});

it.skipIf(process.platform === 'win32')('is not used where others could have written it', async () => {
  await open().change((now) => ({ ...now, addedKeys: [id] }));
  chmodSync(join(dir, 'get-started.json'), 0o666);
  expect(open().current.addedKeys).toEqual([]);
  expect(logged).toHaveLength(1);
});
