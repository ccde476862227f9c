// What may come next on a command line of ours, from what verbs declare.
import type { Command } from '../parts/command.ts';
import type { Operand } from '../parts/operands.ts';
import type { OptionDeclaration } from '../parts/options.ts';

export interface Candidate {
  readonly word: string;
  /** For people; may be empty. */
  readonly about: string;
}

/** `files`: names of files are to be offered by the shell, which knows its own quotes and folders. */
export type Completion =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'files' };

/** What is known to the running agent; empty where there is none that answers at once. */
export interface RunningFacts {
  keys(): Promise<readonly Candidate[]>;
  rules(): Promise<readonly Candidate[]>;
}

/** The hosts that the person's own files name, whether an agent runs or not. */
export type HostsToOffer = () => Promise<readonly Candidate[]>;

const nothing: Completion = { kind: 'words', candidates: [] };
const plain = (words: readonly string[]): readonly Candidate[] => words.map((word) => ({ word, about: '' }));

function startingWith(start: string, candidates: readonly Candidate[]): Completion {
  return { kind: 'words', candidates: candidates.filter(({ word }) => word.startsWith(start)) };
}

/** The value is the last of a list with commas; what stands before it is kept. */
function lastOfList(typed: string, names: readonly string[]): Completion {
  const begun = typed.slice(0, typed.lastIndexOf(',') + 1);
  const given = begun.split(',').map((part) => part.split('=')[0]);
  const left = names.filter((name) => !given.includes(name.split('=')[0]));
  return startingWith(typed, plain(left.map((name) => `${begun}${name}`)));
}

/** What stands before the word that is completed. */
interface Before {
  /** The option whose value comes next. */
  readonly pending: OptionDeclaration | undefined;
  readonly operands: readonly string[];
  readonly given: ReadonlySet<string>;
  readonly isOver: boolean;
}

function readBefore({ options }: Command, args: readonly string[]): Before {
  const operands: string[] = [];
  const given = new Set<string>();
  let pending: OptionDeclaration | undefined;
  for (const [index, arg] of args.entries()) {
    if (pending) pending = undefined;
    else if (arg === '--') return { pending, operands: args.slice(index + 1), given, isOver: true };
    else if (/^--?./.test(arg)) {
      const [start = ''] = arg.split('=');
      const found = Object.entries(options).find(
        ([name, { short }]) => start === `--${name}` || (short !== undefined && start === `-${short}`),
      );
      if (found) given.add(found[0]);
      if (found?.[1].type === 'string' && !arg.includes('=')) pending = found[1];
    } else operands.push(arg);
  }
  return { pending, operands, given, isOver: false };
}

export class Completer {
  readonly #commands: readonly Command[];
  readonly #facts: RunningFacts;
  readonly #doors: readonly string[];
  readonly #hosts: HostsToOffer;

  /** `doors` as a list of doors names them, with `=` where a path follows. */
  constructor(
    commands: readonly Command[],
    facts: RunningFacts,
    doors: readonly string[],
    hosts: HostsToOffer,
  ) {
    this.#hosts = hosts;
    this.#commands = commands;
    this.#facts = facts;
    this.#doors = doors;
  }

  /** `before` are the words after the program's name; `current` is what there is of the one at the cursor. */
  async complete([verb, ...args]: readonly string[], current: string): Promise<Completion> {
    if (verb === undefined) return this.#first(current);
    if (verb === 'help') return args.length === 0 ? startingWith(current, this.#verbs) : nothing;
    const command = this.#commands.find(({ name }) => name === verb);
    if (!command) return nothing;
    const before = readBefore(command, args);
    // Behind the separator is a command of somebody else's, or the name of a file.
    if (before.isOver) return { kind: 'files' };
    if (before.pending) return this.#operand(before.pending.takes ?? 'text', current);
    if (current.startsWith('-')) return this.#option(command, before, current);
    const found = await this.#operand(operandAt(command, before.operands), current);
    const [orElse] =
      command.operands?.byWord && before.operands.length === 0 ? (command.operands.list ?? []) : [];
    if (orElse === undefined || found.kind === 'files') return found;
    const others = await this.#operand(orElse, current);
    return others.kind === 'files'
      ? found
      : { kind: 'words', candidates: [...found.candidates, ...others.candidates] };
  }

  get #verbs(): readonly Candidate[] {
    return this.#commands.map(({ name, summary }) => ({ word: name, about: summary }));
  }

  #first(current: string): Completion {
    const help = { word: 'help', about: 'say more of a verb' };
    return startingWith(
      current,
      current.startsWith('-') ? plain(['--help', '--version']) : [...this.#verbs, help],
    );
  }

  async #option({ options }: Command, { given }: Before, current: string): Promise<Completion> {
    const equals = current.indexOf('=');
    if (equals !== -1) {
      const start = current.slice(0, equals + 1);
      const takes = options[start.slice(2, -1)]?.takes;
      if (takes === undefined) return nothing;
      const values = await this.#operand(takes, current.slice(equals + 1));
      if (values.kind === 'files') return values;
      return {
        kind: 'words',
        candidates: values.candidates.map(({ word, about }) => ({ word: `${start}${word}`, about })),
      };
    }
    const left = Object.entries(options).filter(
      ([name, { help, multiple }]) => help !== undefined && (multiple || !given.has(name)),
    );
    return startingWith(current, [
      ...left.map(([name, { help = '' }]) => ({ word: `--${name}`, about: help.split('\n')[0] ?? '' })),
      { word: '--help', about: 'say what this verb does' },
    ]);
  }

  async #operand(operand: Operand, current: string): Promise<Completion> {
    switch (operand) {
      case 'file':
        return { kind: 'files' };
      case 'key': {
        const found = startingWith(current, await this.#facts.keys());
        // A key may be named by its file as well, but for one whose fingerprint has been begun.
        return found.kind === 'words' && found.candidates.length === 0 ? { kind: 'files' } : found;
      }
      case 'rule':
        return startingWith(current, await this.#facts.rules());
      case 'host': {
        // What stands before the host is kept: the user.
        const start = current.slice(0, current.indexOf('@') + 1);
        const hosts = await this.#hosts();
        return startingWith(
          current,
          hosts.map(({ word, about }) => ({ word: `${start}${word}`, about })),
        );
      }
      case 'doors':
        return lastOfList(current, this.#doors);
      case 'text':
        return nothing;
      default:
        return startingWith(current, plain(operand));
    }
  }
}

function operandAt({ operands = {} }: Command, before: readonly string[]): Operand {
  const { list = [], repeated = false, byWord } = operands;
  const [first, ...others] = before;
  if (byWord) {
    if (first === undefined) return Object.keys(byWord);
    const ofWord = byWord[first] ?? [];
    return ofWord[others.length] ?? (repeated ? ofWord.at(-1) : undefined) ?? 'text';
  }
  return list[before.length] ?? (repeated ? list.at(-1) : undefined) ?? 'text';
}
