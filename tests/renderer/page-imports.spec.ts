// What the pages may import (ARCHITECTURE.md, rule 4), read from their sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { expect, test } from '@playwright/test';

interface Import {
  readonly file: string;
  readonly isType: boolean;
  /** The imported file from the project's root, or the name of a package. */
  readonly from: string;
}

const sources = readdirSync('renderer', { recursive: true, withFileTypes: true }).filter(({ name }) =>
  /\.tsx?$/.test(name),
);

const imports: readonly Import[] = sources.flatMap(({ parentPath, name }) => {
  const file = join(parentPath, name);
  const statements = readFileSync(file, 'utf8').matchAll(/^import\s(type\s)?[^;]*?'([^']+)';$/gm);
  return [...statements].map(([, type, target = '']) => ({
    file,
    isType: type !== undefined,
    from: target.startsWith('.') ? normalize(join(parentPath, target)) : target,
  }));
});

const valueImports = imports.filter(({ isType }) => !isType);
const packages = ['react', 'react-dom/client', 'zustand'];

test('finds the imports at all', () => {
  expect(valueImports.length).toBeGreaterThan(100);
  expect(imports.some(({ isType, from }) => isType && from.startsWith('ipc/contract/'))).toBe(true);
});

test('pages take values from the renderer, text and three packages only, and types besides from the contract', () => {
  const isAllowed = ({ isType, from }: Import) =>
    /^(renderer|text)\//.test(from) ||
    packages.includes(from) ||
    (isType && from.startsWith('ipc/contract/'));
  expect(imports.filter((one) => !isAllowed(one))).toEqual([]);
});

test('the prompt page and the parts of both pages take values from these two, text and React only', () => {
  const ofPrompt = valueImports.filter(({ file }) => /^renderer\/(prompt|parts)\//.test(file));
  const isAllowed = ({ from }: Import) =>
    /^(renderer\/(prompt|parts)|text)\//.test(from) || /^react(-dom\/client)?$/.test(from);
  expect(ofPrompt.filter((one) => !isAllowed(one))).toEqual([]);
});
