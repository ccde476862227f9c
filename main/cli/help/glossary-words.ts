// `sallyport help words`: what the words mean that prompts and `sallyport log` use.
import { type GlossaryEntry, glossary } from '../../../text/glossary.ts';
import { wrapLines } from '../../terminal/wrap-lines.ts';

const columns = 76;

const entryLines = ({ word, meaning }: GlossaryEntry) =>
  [
    word,
    ...wrapLines(meaning, columns)
      .split('\n')
      .map((line) => `  ${line.trim()}`),
  ].join('\n');

/** All words with their meanings, in lines for a terminal. */
export const glossaryWords = (): string => glossary.map(entryLines).join('\n\n');
