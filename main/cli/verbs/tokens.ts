// `sallyport tokens`: the libraries (PKCS#11) by which keys on smart cards and other tokens are reached.
import { resolve } from 'node:path';
import { foreignName, foreignText, printableJson } from '../../../text/foreign-text.ts';
import type { TokensRequest } from '../../agent/extensions/tokens-extension.ts';
import type { TokenLibraryReport } from '../../agent/ports/host.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, exitCode, UsageError } from '../parts/command.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { ownSecret } from '../parts/own-secret.ts';
import { withAgent } from '../parts/with-agent.ts';

const maxCharacters = 500;
const show = (text: string) => foreignText(text, maxCharacters);
const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

function stateInWords({ state, tokens }: TokenLibraryReport): string {
  switch (state.status) {
    case 'starting':
      return 'is being loaded';
    case 'unreachable':
      return 'can’t be used';
    case 'removed':
      return 'removed by “ssh-add -e”, until it is added again or the agent starts anew';
    case 'ready':
      return tokens.length === 0 ? 'no token is there' : counted(tokens.length, 'token');
  }
}

function describeToken({
  title,
  serial,
  keyCount,
  pin,
  isOpen,
}: TokenLibraryReport['tokens'][number]): string {
  const opening =
    pin === 'none'
      ? 'without a PIN'
      : isOpen
        ? 'open'
        : pin === 'typed'
          ? 'PIN asked for at the first use'
          : 'PIN asked for at the reader';
  const number = serial === '' ? '' : `, serial ${foreignName(serial)}`;
  return `  ${foreignName(title)}${number}: ${counted(keyCount, 'key')}, ${opening}`;
}

/** For the person. */
export function describeTokenLibrary(library: TokenLibraryReport): readonly string[] {
  const { path, title, state, tokens } = library;
  const name = title === '' ? '' : ` (${show(title)})`;
  return [
    `${foreignName(path)}${name}: ${stateInWords(library)}`,
    ...(state.status === 'unreachable'
      ? [`  Why: ${show(state.reason)}`, `  What to do: ${show(state.remedy)}`]
      : tokens.map(describeToken)),
  ];
}

function parseRequest([verb, path, ...more]: readonly string[]): TokensRequest {
  if (verb === undefined) return { do: 'list' };
  if (more.length > 0) throw new UsageError('One library at a time.');
  switch (verb) {
    case 'list':
      if (path !== undefined) throw new UsageError('"list" takes no path.');
      return { do: 'list' };
    case 'add':
    case 'remove':
      if (!path) throw new UsageError(`Name the path of the library to ${verb}.`);
      return { do: verb, path: resolve(path) };
    default:
      throw new UsageError('Say add, list or remove.');
  }
}

const examples =
  process.platform === 'win32'
    ? String.raw`  "C:\Program Files\OpenSC Project\OpenSC\pkcs11\opensc-pkcs11.dll"   cards that OpenSC knows
  "C:\Program Files\Yubico\Yubico PIV Tool\bin\libykcs11.dll"         YubiKeys`
    : `  /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so   cards that OpenSC knows
  /usr/lib/x86_64-linux-gnu/libykcs11.so       YubiKeys`;

const options = {
  json: jsonOption(`an array with one object a library: path, title, state (status, leftOut;
reason and remedy while unreachable), tokens (title, maker, model, serial,
pin, isOpen, keyCount)`),
} as const satisfies OptionDeclarations;

export const tokensCommand: Command = {
  name: 'tokens',
  usage: '[--json] [list | add LIBRARY | remove LIBRARY]',
  summary: 'use keys on smart cards and other tokens (PKCS#11)',
  options,
  operands: { byWord: { list: [], add: ['file'], remove: ['file'] } },
  help: `The keys of a token appear beside those of this agent, and are used after the same rules and
questions; the token makes the signature. Its PIN is asked for at the first use, tried once, and
kept nowhere. Each library runs in a process of its own. Only libraries that were added here are
ever loaded, also by "ssh-add -s".

  list             each with its tokens, or why it can't be used (also without a verb)
  add LIBRARY      the path of a PKCS#11 library; kept for the next start
  remove LIBRARY

for example:
${examples}

The exit code is 1 when one can't be used.

${optionsHelp(options)}`,
  async run(args, io) {
    const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true });
    const request = parseRequest(positionals);
    const secret = ownSecret(io);
    const reply = await withAgent(io, (client) => client.changeTokens(secret, request));
    if (!reply.ok) throw new CommandError(reply.message);
    if (values.json) await io.printAsIs(printableJson(reply.libraries, 2));
    else if (request.do === 'remove') await io.print(`Removed ${foreignName(request.path)}.`);
    else if (reply.libraries.length === 0) await io.print('No library for tokens is used.');
    else for (const library of reply.libraries) await io.print(...describeTokenLibrary(library));
    return reply.libraries.some(({ state }) => state.status === 'unreachable') && request.do !== 'remove'
      ? exitCode.failed
      : exitCode.ok;
  },
};
