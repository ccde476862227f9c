// Command line arguments, with complaints that name what is wrong.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.ts';

/** Node's advice on "--" is not for `agent`, where a command follows it; and not all its sentences have a full stop. */
function withoutAdvice(message: string): string {
  const [problem = ''] = message.split(/(?<=\.) (?:To specify a positional|This command)/);
  return problem.endsWith('.') ? problem : `${problem}.`;
}

/** What the parser of Node.js, which takes a while to load, would make nothing of. */
function saysNothing({ args, options = {}, tokens = false }: ParseArgsConfig): boolean {
  return (
    args?.length === 0 && !tokens && !Object.values(options).some(({ default: value }) => value !== undefined)
  );
}

/** `parseArgs` of Node with its errors as UsageError. Every verb also knows `--help`, which `runCli` has handled before. */
export function parseArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  if (saysNothing(config))
    return { values: Object.create(null), positionals: [] } as unknown as ReturnType<typeof parseArgs<T>>;
  try {
    return parseArgs(config);
  } catch (error: unknown) {
    if (error instanceof TypeError) throw new UsageError(withoutAdvice(error.message));
    throw error;
  }
}
