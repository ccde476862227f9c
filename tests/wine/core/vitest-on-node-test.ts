// Stands in for `vitest` where only node.exe runs: the same assertions, on Node's own test runner.
import { after, afterEach, before, beforeEach, describe as nodeDescribe, it as nodeIt } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { format } from 'node:util';
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
} from '@vitest/expect';
import * as chai from 'chai';

type Body<Args extends unknown[]> = (...args: Args) => unknown;
type Options = { readonly timeout?: number };

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
Object.assign(chai.expect, (globalThis as Record<symbol, unknown>)[ASYMMETRIC_MATCHERS_OBJECT]);

const pollLimitMs = 20_000;

/** `expect.poll(read).toBe(x)`: any assertion, tried again until it holds or the time is over. */
const poll = (read: () => unknown) =>
  new Proxy(
    {},
    {
      get:
        (_, matcher: string) =>
        async (...args: unknown[]) => {
          for (const endMs = Date.now() + pollLimitMs; ; await delay(10)) {
            try {
              const assertion = chai.expect(await read()) as unknown as Record<string, Body<unknown[]>>;
              return assertion[matcher]?.(...args);
            } catch (error) {
              if (Date.now() > endMs) throw error;
            }
          }
        },
    },
  );

export const expect = Object.assign(chai.expect, { poll });

/** vitest's titles: `$field` of an object row, else printf codes filled from the row. */
function titleOf(title: string, row: unknown, args: readonly unknown[]): string {
  const isRecord = typeof row === 'object' && row !== null && !Array.isArray(row);
  if (isRecord)
    return title.replace(/\$(\w+)/g, (_, field: string) => String((row as Record<string, unknown>)[field]));
  const codes = title.match(/%[sdifjoO]/g)?.length ?? 0;
  return format(title, ...args.slice(0, codes));
}

function register(run: (name: string, body: () => unknown) => unknown): ((
  name: string,
  first: Options | Body<[]>,
  second?: Body<[]> | number,
) => void) & {
  each: (
    rows: readonly unknown[],
  ) => (title: string, first: Options | Body<unknown[]>, second?: Body<unknown[]> | number) => void;
} {
  const bodyOf = <Args extends unknown[]>(first: Options | Body<Args>, second?: Body<Args> | number) =>
    (typeof first === 'function' ? first : second) as Body<Args>;
  const plain = (name: string, first: Options | Body<[]>, second?: Body<[]> | number) => {
    run(name, bodyOf(first, second));
  };
  const each =
    (rows: readonly unknown[]) =>
    (title: string, first: Options | Body<unknown[]>, second?: Body<unknown[]> | number) => {
      for (const row of rows) {
        const args: unknown[] = Array.isArray(row) ? row : [row];
        run(titleOf(title, row, args), () => bodyOf(first, second)(...args));
      }
    };
  return Object.assign(plain, { each });
}

export const describe = register((name, body) => nodeDescribe(name, () => void body()));
const always = register((name, body) => nodeIt(name, () => body() as Promise<void>));
const never = register((name) => nodeIt.skip(name));
export const it = Object.assign(always, { skipIf: (isSkipped: boolean) => (isSkipped ? never : always) });
export const test = it;
export { after as afterAll, afterEach, before as beforeAll, beforeEach };
