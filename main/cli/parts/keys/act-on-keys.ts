// What the verbs share that take keys one by one or, with --all, every key of the agent.
import type { AgentClient } from '../../../client/agent-client.ts';
import { parseArguments } from '../arguments.ts';
import { type CommandIo, exitCode, UsageError } from '../command.ts';
import { explainError, isBrokenPipe } from '../explain-error.ts';
import type { OptionDeclaration } from '../options.ts';
import { withAgent } from '../with-agent.ts';
import { findKey } from './find-key.ts';
import { describeFoundKey, type FoundKey } from './found-key.ts';

export interface KeysVerb {
  /** Ends the sentence "Name the keys to …". */
  readonly infinitive: string;
  /** Has `all`, with what it means. */
  readonly options: { readonly all: OptionDeclaration & { readonly type: 'boolean' } };
  /** Begins the sentence that is printed for each key. */
  readonly participle: string;
  one(client: AgentClient, key: FoundKey): Promise<void>;
  /** Prints its own sentence. */
  all(client: AgentClient): Promise<void>;
  /** What is said when one key failed; the others are done all the same. */
  complaint(word: string, problem: string): string;
}

async function actOnEach(client: AgentClient, words: readonly string[], io: CommandIo, verb: KeysVerb) {
  let code: number = exitCode.ok;
  for (const word of words) {
    try {
      const key = await findKey(await client.list(), word);
      await verb.one(client, key);
      await io.print(`${verb.participle} ${describeFoundKey(key)}.`);
    } catch (error: unknown) {
      if (isBrokenPipe(error)) throw error;
      io.complain(verb.complaint(word, explainError(error)));
      code = exitCode.failed;
    }
  }
  return code;
}

/** Runs a verb with `args`, which name keys or say --all; resolves with the exit code. */
export async function actOnKeys(args: readonly string[], io: CommandIo, verb: KeysVerb): Promise<number> {
  const { values, positionals } = parseArguments({
    args: [...args],
    options: verb.options,
    allowPositionals: true,
  });
  if ((positionals.length === 0) !== Boolean(values.all))
    throw new UsageError(`Name the keys to ${verb.infinitive}, or say --all.`);
  return withAgent(io, async (client) => {
    if (!values.all) return actOnEach(client, positionals, io, verb);
    await verb.all(client);
    return exitCode.ok;
  });
}
