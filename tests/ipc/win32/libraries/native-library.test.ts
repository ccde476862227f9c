import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadByPath } from '../../../../main/library-process/load-by-path.ts';

// koffi looks for a name in the working directory, too, when Windows finds it nowhere that the search is restricted to.
test('no library is loaded by a name alone that is not loaded already', () => {
  const loads = ['ipc', 'main', 'preload'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [
        ...readFileSync(`${folder}/${file}`, 'utf8').matchAll(
          /\bkoffi(?:\(\))?\.load\((join\(systemDirectory\(\), dll|[^)]*)\)/g,
        ),
      ])
      .map(([, what]) => what),
  );
  expect(new Set(loads)).toEqual(new Set(['join(systemDirectory(), dll', "'kernel32.dll'", 'null', 'path']));
  expect(() => loadByPath('libc.so.6')).toThrow('not the whole path of a library');
  expect(loads.filter((what) => what === 'path')).toHaveLength(1);
});
