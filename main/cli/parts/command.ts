// What every verb of the command is made of.
import type { Operands } from './operands.ts';
import type { OptionDeclarations } from './options.ts';

/** Exit codes; part of the command's contract with scripts (`sallyport --help`). */
export const exitCode = { ok: 0, failed: 1, usage: 2, noAgent: 3 } as const;

/** Where a verb reads its surroundings and writes its words. */
export interface CommandIo {
  readonly env: NodeJS.ProcessEnv;
  /** Of the terminal that standard output is; undefined where it is none. */
  readonly columns?: number | undefined;
  /**
   * Writes lines for a person to standard output, as `readableLines` makes them; resolves when they have left. Rejects
   * when nobody reads any more.
   */
  print(...lines: readonly string[]): Promise<void>;
  /** The same for what is safe to show and must stay as it is: help, JSON and what a shell or a program reads. */
  printAsIs(text: string): Promise<void>;
  /** Writes a line for a person to standard error, as `print` does. Never fails. */
  complain(line: string): void;
}

export interface Command {
  readonly name: string;
  /** The rest of the usage line. */
  readonly usage: string;
  /** One line for `sallyport --help`. */
  readonly summary: string;
  /** All that it parses. */
  readonly options: OptionDeclarations;
  readonly operands?: Operands;
  /** What `sallyport VERB --help` says below the usage line. */
  readonly help: string;
  /** Resolves with the exit code; rejects with what `explainError` understands. */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

/** The command line makes no sense: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The verb can't do its work, and nothing more specific says why: exit code 1. The message is for the person. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
