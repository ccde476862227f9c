import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const sourceDirs = ['ipc', 'main'].map((name) =>
  fileURLToPath(new URL(`../../../../${name}`, import.meta.url)),
);

// Electron forbids the external buffers that it makes; node.exe does not, so no other test would notice.
test("nothing calls koffi's view()", () => {
  const callers = sourceDirs
    .flatMap((dir) => readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name)))
    .filter((path) => path.endsWith('.ts'))
    .filter((path) =>
      /koffi(\(\))?\s*\.view\b|\{[^}]*\bview\b[^}]*\} from 'koffi'/.test(readFileSync(path, 'utf8')),
    );
  expect(callers).toEqual([]);
});
