// `sallyport upstream`: other agents whose keys ours offers beside its own.
import { resolve } from 'node:path';
import { foreignName, foreignText, printableJson } from '../../../text/foreign-text.ts';
import type { UpstreamRequest } from '../../agent/extensions/upstream-extensions.ts';
import type { StoreSummary } from '../../agent/ports/key-store.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, exitCode, UsageError } from '../parts/command.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { ownSecret } from '../parts/own-secret.ts';
import { withAgent } from '../parts/with-agent.ts';

const maxCharacters = 500;
const show = (text: string) => foreignText(text, maxCharacters);
const keys = (count: number) => `${count} key${count === 1 ? '' : 's'}`;

function stateInWords({ state, keyCount }: StoreSummary): string {
  switch (state.status) {
    case 'starting':
      return 'is being asked';
    case 'unreachable':
      return 'out of reach';
    case 'ready':
      return `${keys(keyCount)}${state.leftOut === 0 ? '' : `, and ${state.leftOut} that can't be used here`}`;
  }
}

/** For the person, one or three lines. */
export function describeUpstream(store: StoreSummary): readonly string[] {
  const { address, title, state } = store;
  const name = title === address ? '' : ` (${show(title)})`;
  return [
    `${foreignName(address)}${name}: ${stateInWords(store)}`,
    ...(state.status === 'unreachable'
      ? [`  Why: ${show(state.reason)}`, `  What to do: ${show(state.remedy)}`]
      : []),
  ];
}

function parseRequest([verb, address, ...more]: readonly string[]): UpstreamRequest {
  if (verb === undefined) return { do: 'list' };
  if (more.length > 0) throw new UsageError('One address at a time.');
  switch (verb) {
    case 'list':
      if (address !== undefined) throw new UsageError('"list" takes no address.');
      return { do: 'list' };
    case 'add':
    case 'remove':
      if (!address) throw new UsageError(`Name the address of the agent to ${verb}.`);
      // Resolving leaves the name of a pipe as it is.
      return { do: verb, address: resolve(address) };
    default:
      throw new UsageError('Say add, list or remove.');
  }
}

const examples =
  process.platform === 'win32'
    ? `  \\\\.\\pipe\\openssh-ssh-agent   OpenSSH's agent, 1Password and others
  \\\\.\\pipe\\pageant.…           Pageant (0.75 and later)`
    : `  $(gpgconf --list-dirs agent-ssh-socket)   gpg-agent
  ~/.1password/agent.sock                   1Password`;

const options = {
  json: jsonOption(`an array with one object an agent: address, title, keyCount,
state (status, leftOut; reason and remedy while unreachable),
pending (what is being signed: key, waitsFor)`),
} as const satisfies OptionDeclarations;

export const upstreamCommand: Command = {
  name: 'upstream',
  usage: '[--json] [list | add ADDRESS | remove ADDRESS]',
  summary: 'offer the keys of other agents, too',
  options,
  operands: { byWord: { list: [], add: ['file'], remove: ['file'] } },
  help: `The keys of another agent appear beside those of this one, and are used after the same rules and
questions; the other agent makes the signature, and may ask you on its own. Nothing is added to
it, removed from it, or locked there. A key that is in both agents is this one's.

  list            each with its keys, or why it is out of reach (also without a verb)
  add ADDRESS     a socket, or a pipe on Windows; kept for the next start
  remove ADDRESS

for example:
${examples}

Keys of agents behind another Sallyport are not passed on. The exit code is 1 when one is out of
reach.

${optionsHelp(options)}`,
  async run(args, io) {
    const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true });
    const request = parseRequest(positionals);
    const secret = ownSecret(io);
    const reply = await withAgent(io, (client) => client.changeUpstreams(secret, request));
    if (!reply.ok) throw new CommandError(reply.message);
    const shown =
      request.do === 'add'
        ? reply.upstreams.filter(({ address }) => address === request.address)
        : reply.upstreams;
    if (values.json) await io.printAsIs(printableJson(reply.upstreams, 2));
    else if (request.do === 'remove') await io.print(`Removed ${foreignName(request.address)}.`);
    else if (shown.length === 0) await io.print('No other agent is used.');
    else for (const store of shown) await io.print(...describeUpstream(store));
    return shown.some(({ state }) => state.status === 'unreachable') && request.do !== 'remove'
      ? exitCode.failed
      : exitCode.ok;
  },
};
