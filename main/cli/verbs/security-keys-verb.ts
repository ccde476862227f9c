// `sallyport security-keys`: by which libraries they are reached, and the keys that are kept in them.
import { resolve } from 'node:path';
import { foreignName, foreignText, printableJson } from '../../../text/foreign-text.ts';
import type {
  SecurityKeysReply,
  SecurityKeysRequest,
} from '../../agent/extensions/security-key-extensions.ts';
import type { SecurityKeyLibrary } from '../../agent/ports/host.ts';
import type { LoadedResidentKeys } from '../../agent/ports/resident-keys.ts';
import type { AgentClient } from '../../client/agent-client.ts';
import { parseArguments } from '../parts/arguments.ts';
import { askPassphrase, prompterOf } from '../parts/ask-passphrase.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from '../parts/command.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { ownSecret } from '../parts/own-secret.ts';
import { withAgent } from '../parts/with-agent.ts';

const maxCharacters = 500;
const show = (text: string) => foreignText(text, maxCharacters);

function parseRequest([verb, path, ...more]: readonly string[]): SecurityKeysRequest {
  if (more.length > 0) throw new UsageError('One library at a time.');
  switch (verb) {
    case undefined:
    case 'list':
    case 'load':
      if (path !== undefined) throw new UsageError(`"${verb}" takes no path.`);
      return { do: verb ?? 'list' };
    case 'add':
    case 'remove':
      if (!path) throw new UsageError(`Name the library to ${verb}.`);
      return { do: verb, path: resolve(path) };
    default:
      throw new UsageError('Say add, list, load or remove.');
  }
}

/** Asks for a PIN as often as the security key wants one and the person types one. */
async function ask(
  client: AgentClient,
  request: SecurityKeysRequest,
  io: CommandIo,
): Promise<SecurityKeysReply> {
  const secret = ownSecret(io);
  let reply = await client.changeSecurityKeys(secret, request);
  while (!reply.ok && reply.wantsPin) {
    using pin = await askPassphrase(prompterOf(io), `${show(reply.reason)} PIN:`);
    reply = await client.changeSecurityKeys(secret, request, pin.bytes);
  }
  return reply;
}

function describeLibrary({ path, reason, remedy = '' }: SecurityKeyLibrary): readonly string[] {
  if (reason === undefined) return [`${foreignName(path)}: ready`];
  return [`${foreignName(path)}: can't be used`, `  Why: ${show(reason)}`, `  What to do: ${show(remedy)}`];
}

function describeLoaded({ loaded, leftOut }: LoadedResidentKeys): readonly string[] {
  const others = leftOut === 0 ? [] : [`${leftOut} more can't be used, or are here in another way.`];
  if (loaded.length === 0) return ['The security key keeps no key for SSH that can be loaded.', ...others];
  return [
    ...loaded.map(({ fingerprint, comment }) => `Loaded ${fingerprint} (${show(comment)}).`),
    ...others,
  ];
}

const options = {
  json: jsonOption(`an object: libraries (path; reason and remedy where it can't be used), resident
(loaded: fingerprint, comment; leftOut)`),
} as const satisfies OptionDeclarations;

export const securityKeysCommand: Command = {
  name: 'security-keys',
  usage: '[--json] [list | add PATH | remove PATH | load]',
  summary: 'reach security keys, and load the keys that they keep',
  options,
  operands: { byWord: { list: [], add: ['file'], remove: ['file'], load: [] } },
  help: `On Windows security keys are reached by Windows' own dialog, and there is nothing to choose.
Elsewhere a library does it, middleware with OpenSSH's interface sk-api.h; it runs in a process of
its own, and none is loaded that is not on this list, whoever names it (ssh-add -S).

  list            the libraries, each with whether it can be used (also without a verb)
  add PATH        kept for the next start; the first one is used where no other is named
  remove PATH
  load            adds the resident keys of the security key to the agent, as ssh-add -K does; its
                  PIN is asked for where it wants one, and not kept. Not on Windows, which does not
                  tell programs of them

The exit code is 1 when a library can't be used.

${optionsHelp(options)}`,
  async run(args, io) {
    const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true });
    const request = parseRequest(positionals);
    const reply = await withAgent(io, (client) => ask(client, request, io));
    if (!reply.ok) throw new CommandError(`${show(reply.reason)} ${show(reply.remedy)}`);
    const { ok, ...told } = reply;
    const { libraries, resident } = told;
    if (values.json) await io.printAsIs(printableJson(told, 2));
    else if (request.do === 'remove') await io.print(`Removed ${foreignName(request.path)}.`);
    else if (resident) await io.print(...describeLoaded(resident));
    else if (libraries === undefined) await io.print('Security keys are reached by Windows’ own dialog.');
    else if (libraries.length === 0) await io.print('No library for security keys is chosen.');
    else for (const library of libraries) await io.print(...describeLibrary(library));
    const isUnusable = libraries?.some(({ reason }) => reason !== undefined) ?? false;
    return ok && !(isUnusable && request.do !== 'remove') ? exitCode.ok : exitCode.failed;
  },
};
