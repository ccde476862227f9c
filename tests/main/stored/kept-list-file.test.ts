// A list that several agents of one person change: processes of their own, at the same time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createKeptListFile } from '../../../main/stored/kept-list-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-kept-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const list = { field: 'kept', what: 'These' };
const changes = 15;

/** Adds `changes` entries in a process, each by a change of its own; resolves to what it complained of. */
async function addInProcess(path: string, name: string): Promise<string> {
  const module = new URL('../../../main/stored/kept-list-file.ts', import.meta.url);
  const code = `
    import { createKeptListFile } from ${JSON.stringify(module.href)};
    const file = createKeptListFile(${JSON.stringify(path)}, ${JSON.stringify(list)}, console.error);
    for (let i = 0; i < ${changes}; i++) await file.change((kept) => [...kept, '${name}' + i]);`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', code], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  await once(child, 'close');
  return complaints;
}

// They run TypeScript as it is, which older Node.js can't.
it.runIf(process.features.typescript)('loses nothing of what several processes change at once', async () => {
  const path = join(dir, 'made', 'kept.json');
  const names = ['a', 'b', 'c'];
  expect(await Promise.all(names.map((name) => addInProcess(path, name)))).toEqual(['', '', '']);
  const kept = createKeptListFile(path, list, (line) => expect.unreachable(line)).load();
  expect([...kept].sort()).toEqual(
    names.flatMap((name) => Array.from({ length: changes }, (_, i) => `${name}${i}`)).sort(),
  );
  expect(readdirSync(join(dir, 'made'))).toEqual(['kept.json']);
});

it('loses nothing of what one process changes at once', async () => {
  const path = join(dir, 'kept.json');
  const file = () => createKeptListFile(path, list, (line) => expect.unreachable(line));
  const entries = ['a', 'b', 'c', 'd'];
  await Promise.all(entries.map((entry) => file().change((kept) => [...kept, entry])));
  expect(file().load()).toEqual(entries);
});
