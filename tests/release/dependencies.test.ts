// Everything of other people's that is packed has a licence that we ship, and a reason.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nodes } from '../../scripts/command-folder.mjs';
import {
  licenceProblems,
  licenceTexts,
  lockedDependency,
  packedDependencies,
} from '../../scripts/release/dependencies.ts';

/** Free to be shipped with a program of any licence, with their text. */
const licences = ['MIT', 'BSD-3-Clause'];

/** Licence and reason of each package, as a page tells them. */
function rowsOf(page: string): Map<string, { licence: string; reason: string }> {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    rows.flatMap((line) => {
      const [, names = '', licence = '', reason = ''] = line.split('|').map((cell) => cell.trim());
      return [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [name, { licence, reason }] as const);
    }),
  );
}

/** One sentence for each package that a page says nothing, or nothing true, of; and each that is not packed. */
function pageProblems(page: string): string[] {
  const rows = rowsOf(page);
  const native = Object.keys(nodes).map((arch) => lockedDependency(`@koromix/koffi-win32-${arch}`));
  const packed = [...packedDependencies(), ...native, lockedDependency('electron')].map(
    ({ name, licence }) => [name, licence],
  );
  for (const { spec } of Object.values(nodes)) packed.push([spec.split('@')[0] ?? '', 'MIT']);
  const names = packed.map(([name]) => name);
  return [
    ...packed.flatMap(([name = '', licence = '']) => {
      const row = rows.get(name);
      if (row === undefined) return [`${name} has no row`];
      if (row.licence !== licence) return [`${name} is under ${licence}, not ${row.licence}`];
      if (!licences.includes(licence)) return [`${name} has a licence that we do not ship: ${licence}`];
      return row.reason.length < 15 ? [`${name} has no reason`] : [];
    }),
    ...[...rows.keys()].filter((name) => !names.includes(name)).map((name) => `${name} is not packed`),
  ];
}

const page = readFileSync('docs/dependencies.md', 'utf8');

it('docs/dependencies.md has each, with its licence and a reason, and no other', () => {
  expect(packedDependencies().length).toBeGreaterThan(10);
  expect(pageProblems(page)).toEqual([]);
});

it('a page that lacks one, is wrong about one, or has one too many would be refused', () => {
  expect(pageProblems(page.replace('| `scheduler` |', '| scheduler |'))).toEqual(['scheduler has no row']);
  expect(pageProblems(page.replace('`smol-toml` | BSD-3-Clause', '`smol-toml` | MIT'))).toEqual([
    'smol-toml is under BSD-3-Clause, not MIT',
  ]);
  expect(pageProblems(page.replace(/(\| `hash-wasm` \| MIT \|).*/, '$1 Argon2 |'))).toEqual([
    'hash-wasm has no reason',
  ]);
  expect(pageProblems(`${page}\n| \`left-pad\` | MIT | Puts spaces before a text |`)).toEqual([
    'left-pad is not packed',
  ]);
});

it('the licences that are packed are the whole texts of all, and a text without one is refused', () => {
  const dependencies = packedDependencies();
  const text = licenceTexts(dependencies);
  expect(licenceProblems(text)).toEqual([]);
  for (const { name } of dependencies) {
    const without = licenceTexts(dependencies.filter((each) => each.name !== name));
    expect(licenceProblems(without)).toEqual([expect.stringContaining(`no licence of ${name} `)]);
  }
  expect(text.match(/permission is hereby granted|redistribution and use/gi)).toHaveLength(
    dependencies.length,
  );
});

it('a package without a text of its licence can’t be packed', () => {
  const [one] = packedDependencies();
  expect(() => licenceTexts([{ ...one!, name: '@koromix/koffi-linux-x64' }])).toThrow(
    '@koromix/koffi-linux-x64 comes without the text of its licence',
  );
});
