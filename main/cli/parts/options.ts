// The options of a verb, declared once: what parses them, what helps with them, and what completes them.
import type { Operand } from './operands.ts';

export interface OptionDeclaration {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  readonly multiple?: boolean;
  readonly default?: string | boolean;
  /** What help calls the value: `TIME`. */
  readonly value?: string;
  /** What may be the value, for completion; nothing is offered without it. */
  readonly takes?: Operand;
  /** Lines for help; left out: it is not for people. */
  readonly help?: string;
}

export type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>;

/** `-t, --lifetime TIME`. */
function termOf([name, { short, value }]: readonly [string, OptionDeclaration]): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** A term that is wider than this has a line of its own, so that a long one does not push all others aside. */
const maxTermCharacters = 20;
const indentCharacters = 2;

/**
 * Terms and what they mean, in two columns, `indent` characters from the left. The lines of an explanation are kept as
 * they are.
 */
export function termLines(rows: readonly (readonly [string, string])[], indent = indentCharacters): string {
  const short = rows.map(([term]) => term.length).filter((length) => length <= maxTermCharacters);
  const width = indent + Math.max(6, ...short) + 2;
  const text = (term: string, help: string) => {
    const lines = help.split('\n').map((line) => `${' '.repeat(width)}${line}`);
    const start = `${' '.repeat(indent)}${term}`;
    return start.length + 2 > width
      ? [start, ...lines].join('\n')
      : [start.padEnd(width) + lines[0]?.slice(width), ...lines.slice(1)].join('\n');
  };
  return rows.map(([term, help]) => text(term, help)).join('\n');
}

/** The part of a verb's help that is about its options. */
export function optionsHelp(options: OptionDeclarations, indent?: number): string {
  return termLines(
    Object.entries(options).flatMap(([name, option]) =>
      option.help === undefined ? [] : [[termOf([name, option]), option.help] as const],
    ),
    indent,
  );
}

/** The one that many verbs have. */
export function jsonOption(help: string) {
  return { type: 'boolean', help } as const satisfies OptionDeclaration;
}
