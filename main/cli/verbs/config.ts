// `sallyport config`: what to write where so that other programs ask Sallyport.
import { existsSync } from 'node:fs';
import type { SnippetKind } from '../../../ipc/contract/use-with.ts';
import {
  type AddressEnvironment,
  cygwinSocketPath,
  defaultSocketPath,
} from '../../client/find/agent-address.ts';
import { cliPath } from '../../programs/cli-path.ts';
import { snippetFor, snippetKinds, type WrittenStep } from '../../use-with/snippets.ts';
import { Wsl } from '../../use-with/wsl/wsl.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, exitCode, UsageError } from '../parts/command.ts';
import { type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { configureWsl, type WslWish } from './config-wsl.ts';

type AddressOf = (door: string) => string | undefined;

async function windowsAddresses(): Promise<AddressOf> {
  const { findOwnDoors } = await import('../../client/find/windows-agents.ts');
  const doors = await findOwnDoors();
  const cygwinSocket = cygwinSocketPath();
  return (door) => (door === 'cygwin-socket' && existsSync(cygwinSocket) ? cygwinSocket : doors[door]);
}

function unixAddresses(env: AddressEnvironment): AddressOf {
  const path = env.SSH_AUTH_SOCK || defaultSocketPath(env);
  return (door) => (door === 'unix-socket' ? path : undefined);
}

const commented = (text: string) => text.replace(/^/gm, '# ');

/** A step as a part of a file in `language`: what belongs into another one stays a comment. */
function written(
  { explanation, text, language }: WrittenStep,
  fileLanguage: WrittenStep['language'],
): string {
  return `${commented(explanation)}\n${language === fileLanguage ? text : commented(text)}\n`;
}

const options = {
  'set-up': {
    type: 'boolean',
    help: 'with wsl: set up that distribution, or all, after showing what is changed',
  },
  remove: { type: 'boolean', help: 'with wsl: take that back' },
  show: { type: 'boolean', help: 'only show what would be changed' },
  yes: { type: 'boolean', short: 'y', help: "don't ask" },
} as const satisfies OptionDeclarations;

type Values = ReturnType<typeof parseArguments<{ options: typeof options }>>['values'];

/** Undefined where nothing is to be changed. */
function parseWslWish([kind, distribution, ...more]: readonly string[], values: Values): WslWish | undefined {
  const { 'set-up': setUp, remove, show: isDry = false, yes: isAgreed = false } = values;
  if (!setUp && !remove && !isDry && !isAgreed) return undefined;
  if (kind !== 'wsl' || more.length > 0 || setUp === remove)
    throw new UsageError('Write: sallyport config wsl --set-up or --remove, and at most one distribution.');
  return { does: setUp ? 'set-up' : 'remove', distribution, isDry, isAgreed };
}

function parseKind(words: readonly string[]): SnippetKind {
  const kind = snippetKinds.find((known) => known === words[0]);
  if (kind && words.length === 1) return kind;
  throw new UsageError(`Name one of ${snippetKinds.join(', ')}.`);
}

export const configCommand: Command = {
  name: 'config',
  usage: `${snippetKinds.join('|')}, or wsl --set-up|--remove [DISTRIBUTION]`,
  summary: 'say how other programs are told to ask Sallyport',
  options,
  operands: { list: [snippetKinds] },
  help: `Prints what belongs into a file or a shell, with comments that say where. Nothing is changed
but by --set-up and --remove.

  openssh  lines for .ssh/config
  git      commands that make Git ask Sallyport, and sign commits with its keys
  wsl      commands for a Linux distribution in Windows
  putty    a command that shows that PuTTY's programs find Sallyport

${optionsHelp(options)}`,
  async run(args, io) {
    const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true });
    const wish = parseWslWish(positionals, values);
    const command = { node: process.execPath, script: cliPath };
    if (wish && process.platform !== 'win32')
      throw new CommandError('WSL is set up from Windows: there is nothing to set up on this system.');
    if (wish) return await configureWsl(new Wsl(command), io, wish);
    const kind = parseKind(positionals);
    const { platform } = process;
    const addressOf = platform === 'win32' ? await windowsAddresses() : unixAddresses(io.env);
    const { steps, problem } = snippetFor(kind, {
      platform,
      addressOf,
      doorsPlace: '"sallyport doors"',
      command,
    });
    for (const step of steps) await io.printAsIs(written(step, kind === 'openssh' ? 'ssh_config' : 'shell'));
    if (problem !== undefined) io.complain(problem);
    return steps.length > 0 ? exitCode.ok : exitCode.failed;
  },
};
