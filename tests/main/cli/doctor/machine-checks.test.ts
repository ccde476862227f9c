// What is said of files, clock and Node.js.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkMachine, type Machine, wantedNode } from '../../../../main/cli/doctor/machine-checks.ts';

let home: string;
let machine: Machine;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'doctor-'));
  for (const dir of ['.ssh', '.config', '.config/sallyport']) mkdirSync(join(home, dir), { mode: 0o700 });
  const version = { version: '0.1.0' };
  machine = { env: {}, home, now: Date.now(), nodeVersion: process.versions.node, version };
});
afterEach(() => rmSync(home, { recursive: true }));

const found = (id: string, change: Partial<Machine> = {}) =>
  checkMachine({ ...machine, ...change }).find((finding) => finding.id === id);

describe('the machine', () => {
  it('has no problem in an empty home', () => {
    expect(checkMachine(machine).filter(({ result }) => result === 'problem')).toEqual([]);
  });

  it('has a key file that others may read, which is told with the command that closes it', () => {
    writeFileSync(join(home, '.ssh/id_rsa'), '', { mode: 0o600 });
    expect(found('key-files')?.result).toBe('ok');
    chmodSync(join(home, '.ssh/id_rsa'), 0o644);
    expect(found('key-files')).toMatchObject({
      result: 'problem',
      message: expect.stringContaining('id_rsa (mode 644)'),
      remedy: 'chmod 600 ~/.ssh/id_rsa',
    });
  });

  it('has lost the file with its rules, which is no beginning', () => {
    writeFileSync(join(home, '.config/sallyport/rules-state'), 'stored', { mode: 0o600 });
    expect(found('rules')).toMatchObject({
      result: 'problem',
      message: expect.stringContaining('is gone, so an agent asks you about each use'),
    });
    writeFileSync(join(home, '.config/sallyport/rules-state'), 'not-yet', { mode: 0o600 });
    expect(found('rules')?.result).toBe('ok');
  });

  it('has rules that are not understood, which are told in the words of the agent', () => {
    const path = join(home, '.config/sallyport/rules.json');
    writeFileSync(path, '{"version":1,"rules":[]}', { mode: 0o600 });
    expect(found('rules')?.result).toBe('ok');
    writeFileSync(path, '{"version":1,"rules":[}', { mode: 0o600 });
    expect(found('rules')).toMatchObject({ result: 'problem', message: expect.stringContaining('rules') });
  });

  it('has a folder that others may write to', () => {
    chmodSync(join(home, '.config/sallyport'), 0o777);
    expect(found('folder')).toMatchObject({ result: 'problem' });
  });

  it('has a clock that stands before this program was made', () => {
    // What the check goes by is beside the built command: without it any time may be.
    expect(found('clock')?.result).toBe('ok');
    expect(found('clock', { now: -48 * 3_600_000 })?.result).toBe('problem');
  });

  it('has a clock that stands before the day of this version, whenever that was installed', () => {
    const version = { version: '0.1.0', madeOn: '2026-06-03' };
    expect(found('clock', { version, now: Date.parse('2026-06-01') })?.result).toBe('problem');
    expect(found('clock', { version, now: Date.parse('2026-06-03') })?.result).toBe('ok');
  });

  it.each([
    [undefined, 'skipped', undefined],
    ['2026-06-01', 'ok', undefined],
    ['2026-05-01', 'problem', 'Sallyport looks for no updates by itself: newer versions are at https://x.'],
  ])('has a version of %s: %s', (madeOn, result, remedy) => {
    const version = { version: '0.1.0', newerAt: 'https://x', ...(madeOn && { madeOn }) };
    const finding = found('version', { version, now: Date.parse('2026-11-28') });
    expect([finding?.result, finding?.remedy]).toEqual([result, remedy]);
  });

  it('wants the Node.js that the package wants', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(engines.node).toBe(`>=${wantedNode}`);
  });

  it.each([
    ['18.20.4', 'problem'],
    ['20.18.9', 'problem'],
    ['20.19.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('has Node.js %s: %s', (nodeVersion, result) => {
    expect(found('node', { nodeVersion })?.result).toBe(result);
  });
});
