// Numbers to choose from, with words of their own.
import type { Choice } from '../../parts/choices.ts';

/** A choice among numbers; a value that is in none of the choices is listed with them. */
export function numberChoices(
  choices: readonly number[],
  current: number,
  words: (value: number) => string,
): readonly Choice<string>[] {
  const all = choices.includes(current) ? choices : [...choices, current].sort((a, b) => a - b);
  return all.map((value) => ({ value: String(value), label: words(value) }));
}
