// Command line arguments, with complaints that name what is wrong.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.ts';

/** Node's advice on "--" is not for `agent`, where a command follows it; and not all its sentences have a full stop. */
function withoutAdvice(message: string): string {
  const [problem = ''] = message.split(/(?<=\.) (?:To specify a positional|This command)/);
  return problem.endsWith('.') ? problem : `${problem}.`;
}

/** `parseArgs` of Node with its errors as UsageError. Every verb also knows `--help`, which `runCli` has handled before. */
export function parseArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error: unknown) {
    if (error instanceof TypeError) throw new UsageError(withoutAdvice(error.message));
    throw error;
  }
}
