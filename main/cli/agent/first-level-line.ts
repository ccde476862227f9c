// What an agent without windows says at the beginning of an installation: nobody has a page there that asks.
import { askLevelSchema } from '../../agent/consent/rules/ask-level.ts';
import type { ConsentFiles } from '../../stored/consent-files.ts';

// Not by Intl.ListFormat: the first use of Intl keeps five megabytes of its data in memory for good.
const levels = askLevelSchema.options.join(', ').replace(/, (?=[^,]*$)/, ' or ');
const change = `Change that with “sallyport rules ask LEVEL”, where LEVEL is ${levels}.`;

/** A line for the person; undefined where they have chosen when to be asked, or are asked as they are told before. */
export function firstLevelLine({ firstLevel }: Pick<ConsentFiles, 'firstLevel'>): string | undefined {
  if (firstLevel === undefined) return undefined;
  return firstLevel === 'new'
    ? `This installation is new, so you are asked when something is new: the first time that a program uses a key for a host. ${change}`
    : `You have not chosen when to be asked, and nobody can be asked here, so keys are used without asking. An agent that can ask will do so when something is new. ${change}`;
}
