// Long text gone through in pieces, so that nobody who waits for the event loop notices.
import { nextTurn } from '../../basics/waiting.ts';

const charactersPerTurn = 128 * 1024;

/** A line costs a little, however short it is. */
const charactersForLine = 64;

/** PuTTY's values have up to 16,384 characters. */
const valuesPerTurn = 64;

/** Longer lines are left out: the longest host key and 64 names for it take less. */
const maxLineCharacters = 64 * 1024;

/** Calls `take` with each line of `text` but those that are empty or too long. */
export async function forEachLine(text: string, take: (line: string) => void): Promise<void> {
  let budget = charactersPerTurn;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    if (end > start && end - start <= maxLineCharacters) take(text.slice(start, end));
    budget -= end - start + charactersForLine;
    start = end + 1;
    if (budget > 0) continue;
    budget = charactersPerTurn;
    await nextTurn();
  }
}

/** Calls `take` with each value of the registry. */
export async function forEachValue<T>(values: readonly T[], take: (value: T) => void): Promise<void> {
  for (const [index, value] of values.entries()) {
    if (index % valuesPerTurn === valuesPerTurn - 1) await nextTurn();
    take(value);
  }
}
