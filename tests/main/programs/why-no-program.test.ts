// Programs that a rule names: as the system will tell them, or what was meant.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { whyNoProgram } from '../../../main/programs/why-no-program.ts';

let dir: string;
beforeEach(() => {
  dir = realpathSync.native(mkdtempSync(join(tmpdir(), 'sallyport-program-')));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('takes the path of a program, and of one that is not there yet', () => {
  const program = join(dir, 'program');
  writeFileSync(program, '');
  for (const path of [program, join(dir, 'later'), join(program, 'below a file')])
    expect(whyNoProgram(path, {})).toBeUndefined();
});

it('names the program that a bare name or a relative path stands for', () => {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'tool'), '');
  chmodSync(join(bin, 'tool'), 0o755);
  expect(whyNoProgram('tool', { PATH: bin })).toContain(`You may mean ${join(bin, 'tool')}.`);
  expect(whyNoProgram('tool', { PATH: dir })).toContain('Name it by its whole path.');
  expect(whyNoProgram('tool', {})).toContain('Name it by its whole path.');
  expect(whyNoProgram('./tool', { PATH: bin })).toContain('is not the whole path');
});

it.skipIf(process.platform === 'win32')('names what a link leads to, also one on the way', () => {
  mkdirSync(join(dir, 'real'));
  const program = join(dir, 'real/program');
  writeFileSync(program, '');
  symlinkSync(program, join(dir, 'link'));
  symlinkSync(join(dir, 'real'), join(dir, 'bin'));
  for (const path of [join(dir, 'link'), join(dir, 'bin/program')])
    expect(whyNoProgram(path, {})).toContain(`leads to ${program}`);
});

it('refuses a folder', () => {
  expect(whyNoProgram(dir, {})).toContain('is a folder');
});

it('takes a program behind a relay, whose file is elsewhere', () => {
  expect(whyNoProgram('relay:Ubuntu:/usr/bin/ssh', {})).toBeUndefined();
  expect(whyNoProgram('relay:Ubuntu', {})).toContain('is not the whole path');
});
