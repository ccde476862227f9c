// Who else writes the rules just when we do: their change is noticed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPolicyJsonFile } from '../../../main/stored/policy-json-file.ts';

const meanwhile = vi.hoisted(() => ({ happens: () => {} }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    async rename(from: string, to: string) {
      await real.rename(from, to);
      meanwhile.happens();
    },
  };
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-rules-'));
});
afterEach(() => {
  meanwhile.happens = () => {};
  rmSync(dir, { recursive: true, force: true });
});

const policy = { version: 1, defaultLevel: 'never', levels: {}, rules: [] } as const;

it('what another program writes as soon as our rules are in their place is a change', async () => {
  const path = join(dir, 'rules.json');
  const file = createPolicyJsonFile(path, () => {});
  const theirs = { ...policy, defaultLevel: 'always' };
  meanwhile.happens = () => writeFileSync(path, JSON.stringify(theirs));
  await file.save(policy);
  expect(file.hasChanged()).toBe(true);
  expect(file.load()).toEqual(theirs);
  meanwhile.happens = () => {};
  await file.save(policy);
  expect(file.hasChanged()).toBe(false);
});
