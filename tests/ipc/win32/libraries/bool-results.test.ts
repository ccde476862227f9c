import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../../../ipc/win32/', import.meta.url));
const isComment = (line: string) => /^\s*(\/\/|\/?\*)/.test(line);

// A BOOL is 0 or anything else; koffi's bool looks at its lowest bit alone. Where InSendMessage gives another bit,
// every WM_COPYDATA request would be refused.
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const linesOf = (name: string) => readFileSync(`${folder}${name}`, 'utf8').split('\n');

test("no Win32 function is declared with koffi's bool", () => {
  const declared = sources.flatMap((name) =>
    linesOf(name)
      .filter((line) => !isComment(line) && /\bbool\b/.test(line))
      .map((line) => `${name}: ${line.trim()}`),
  );
  expect(declared).toEqual([]);
});

// A BOOLEAN is one byte. What is in the rest of the register when GetUserNameExW fails would be taken for success.
test('what gives a BOOLEAN is declared with one byte', () => {
  const declared = sources.flatMap(linesOf).filter((line) => /\b__stdcall GetUserNameExW\(/.test(line));
  expect(declared).toEqual([expect.stringContaining("'uint8_t __stdcall GetUserNameExW(")]);
});
