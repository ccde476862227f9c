// The command line of `npm run bench`.
import { parseArgs } from 'node:util';

export interface RunOptions {
  /** Rounds in which each row is measured once with each agent. */
  readonly rounds: number;
  /** Of one load on one agent. */
  readonly loadMs: number;
  /** Signatures before memory is looked at. */
  readonly signatures: number;
  /** Parts of names of rows, in small letters; none means all rows. */
  readonly only: readonly string[];
  /** Where to write everything that was measured. */
  readonly json: string | undefined;
}

export type BenchOptions =
  | { readonly mode: 'help' }
  | { readonly mode: 'inside' }
  /** Without `build` this tree is built anew. */
  | { readonly mode: 'peers'; readonly build: string | undefined; readonly run: RunOptions }
  /** Without `build` this tree is built anew. `prompts` are asked for of each kind. */
  | { readonly mode: 'tray'; readonly build: string | undefined; readonly prompts: number }
  /** One build, or two that take turns; none means this tree, built anew. */
  | { readonly mode: 'wine'; readonly builds: readonly string[]; readonly run: RunOptions }
  | { readonly mode: 'compare'; readonly before: string; readonly after: string; readonly run: RunOptions };

export const usage = `npm run bench                          against the other agents that are here, then inside this process
npm run bench -- inside                only inside this process
npm run bench -- compare DIR_A DIR_B   two builds of Sallyport (dist, or what scripts/build.mjs was given)
npm run bench -- tray [DIR]            the tray application: memory with no window open, time until a prompt hears
npm run bench -- wine [DIR_A [DIR_B]]  the Windows doors of one or two builds, under Wine

  --only PART     rows with this in their name; may be repeated
  --rounds N      how often each row is measured with each agent (5)
  --seconds N     how long one load on one agent takes (2)
  --quick         one round of 0.15 seconds: shows that all works, and no more
  --json FILE     write everything that was measured
  --build DIR     measure this build instead of building the tree anew`;

/** What is wrong with the command line, in words for the person. */
export class BenchUsageError extends Error {}

function positive(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new BenchUsageError(`--${name} takes a number above 0, not “${text}”.`);
  return value;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        quick: { type: 'boolean' },
        json: { type: 'string' },
        build: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error: unknown) {
    throw new BenchUsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Throws BenchUsageError. */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  if (values.help) return { mode: 'help' };
  const isQuick = values.quick ?? false;
  const rounds = positive('rounds', values.rounds, isQuick ? 1 : 5);
  if (!Number.isInteger(rounds)) throw new BenchUsageError('--rounds takes a whole number.');
  const run = {
    rounds,
    loadMs: 1000 * positive('seconds', values.seconds, isQuick ? 0.15 : 2),
    signatures: isQuick ? 1000 : 100_000,
    only: (values.only ?? []).map((part) => part.toLowerCase()),
    json: values.json,
  };
  const [mode, before, after, ...more] = positionals;
  if (mode === 'compare' && values.build !== undefined)
    throw new BenchUsageError('compare builds nothing: --build makes no sense with it.');
  if (mode === 'compare' && before !== undefined && after !== undefined && more.length === 0)
    return { mode, before, after, run };
  if (mode === 'compare') throw new BenchUsageError('compare takes two folders: before and after.');
  const isPlain = [values.build, values.only, values.json].every((value) => value === undefined);
  if (mode === 'tray' && after === undefined && isPlain)
    return { mode, build: before, prompts: isQuick ? 2 : 11 };
  if (mode === 'wine' && more.length === 0 && isPlain)
    return { mode, builds: [before, after].filter((dir) => dir !== undefined), run };
  if (mode === 'inside' && before === undefined) return { mode };
  if (mode !== undefined) throw new BenchUsageError(`“${positionals.join(' ')}” is nothing that can be run.`);
  return { mode: 'peers', build: values.build, run };
}
