// `sallyport hosts`: which keys are for which hosts, and what one host is offered.
import { UntrustedPlaceError } from '../../../ipc/posix/files/trusted-place.ts';
import { foreignName, foreignText, insideQuotes, printableJson } from '../../../text/foreign-text.ts';
import { isHostOfKey } from '../../stored/keys-toml.ts';
import { addHostsOfKey, KeysTomlError, keysTomlPath, removeHostOfKey } from '../../stored/keys-toml-file.ts';
import {
  describeHosts,
  describeOffer,
  hostsToJson,
  offerToJson,
  problemLines,
} from '../hosts/describe-hosts.ts';
import { gatherHosts } from '../hosts/gather-hosts.ts';
import { offerToHost } from '../hosts/offer-to-host.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from '../parts/command.ts';
import { describeBlob } from '../parts/keys/describe-key.ts';
import { findKey, publicKeyOfFile } from '../parts/keys/find-key.ts';
import { keyWordHelp } from '../parts/keys/key-word-help.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { withAgent } from '../parts/with-agent.ts';

const maxCharacters = 200;

const options = {
  json: jsonOption(`an object; of all: file, problems, keys (fingerprint, name, inAgent, hosts, order,
level), learned (names, fingerprint of the host, keys); of one: host, hostKeys,
isRevoked, offered (fingerprint, comment, setBy, order, isUsed, isRestricted),
notOffered`),
} as const satisfies OptionDeclarations;

interface NamedKey {
  readonly fingerprint: string;
  readonly comment: string;
}

/** A key of the agent; one that is not there by its whole fingerprint or its `.pub`. Rejects with CommandError. */
async function keyNamed(word: string, io: CommandIo): Promise<NamedKey> {
  if (/^SHA256:[\w+/]{43}$/.test(word)) return { fingerprint: word, comment: '' };
  if (word.endsWith('.pub')) {
    const publicKey = await publicKeyOfFile(word);
    if (publicKey) return { fingerprint: describeBlob(publicKey.blob).fingerprint, comment: '' };
  }
  const { entries } = await withAgent(io, async (client) => findKey(await client.list(), word));
  const [{ blob, comment }] = entries;
  return { fingerprint: describeBlob(blob).fingerprint, comment: foreignName(comment, maxCharacters) };
}

/** Throws UsageError. */
function assertHosts(hosts: readonly string[]): void {
  const wrong = hosts.find((host) => !isHostOfKey(host));
  if (wrong !== undefined)
    throw new UsageError(
      `"${insideQuotes(wrong, maxCharacters)}" is no host: write example.com, *.example.com, git@example.com or SHA256:… of a host key.`,
    );
}

async function change(
  verb: 'set' | 'forget',
  [word, ...hosts]: readonly string[],
  io: CommandIo,
): Promise<void> {
  if (!word || hosts.length === 0) throw new UsageError(`Name a key, and the hosts to ${verb} for it.`);
  assertHosts(hosts);
  const { fingerprint, comment } = await keyNamed(word, io);
  const path = keysTomlPath(io.env);
  if (verb === 'set') await addHostsOfKey(path, fingerprint, comment, hosts);
  else for (const host of hosts) await removeHostOfKey(path, fingerprint, host);
  const shown = hosts.map((host) => foreignText(host, maxCharacters)).join(', ');
  await io.print(
    verb === 'set'
      ? `${fingerprint} is set for ${shown} in ${foreignName(path)}.`
      : `${fingerprint} is not set for ${shown} any more.`,
  );
}

async function show(host: string | undefined, isJson: boolean, io: CommandIo): Promise<number> {
  const now = await gatherHosts(io);
  if (host === undefined) {
    if (isJson) await io.printAsIs(printableJson(hostsToJson(now), 2));
    else await io.print(...describeHosts(now));
  } else {
    const offer = await offerToHost(host, now, io);
    if (isJson) await io.printAsIs(printableJson(offerToJson(offer), 2));
    else await io.print(...describeOffer(offer, now));
  }
  for (const line of problemLines(now)) io.complain(line);
  return now.set.problems.length > 0 ? exitCode.failed : exitCode.ok;
}

async function run(positionals: readonly string[], isJson: boolean, io: CommandIo): Promise<number> {
  const [first, ...others] = positionals;
  if (first === 'set' || first === 'forget') {
    await change(first, others, io);
    return exitCode.ok;
  }
  if (others.length > 0) throw new UsageError('Name one host, or say set or forget.');
  if (first !== undefined) assertHosts([first]);
  return await show(first, isJson, io);
}

export const hostsCommand: Command = {
  name: 'hosts',
  usage: '[--json] [HOST | set KEY HOST… | forget KEY HOST…]',
  summary: 'show or set which keys are for which hosts',
  options,
  operands: { list: ['host'], byWord: { set: ['key', 'host'], forget: ['key', 'host'] }, repeated: true },
  help: `Without a host, shows the keys that you have set for hosts, by "sallyport add --for", in the window or
in keys.toml, with their order and level, and the hosts where keys were used before. With a host, what
that is offered, in which order and why. What is not understood in keys.toml is told with its line, and
the exit code is 1 then.

  set KEY HOST…     that host is offered this key alone, with others set for it: example.com,
                    *.example.com, git@example.com or SHA256:… of its key
  forget KEY HOST…  no more; what you wrote into keys.toml yourself is changed there

  sallyport hosts                               all that is set
  sallyport hosts git@github.com                what GitHub is offered
  sallyport hosts set ~/.ssh/id_work.pub '*.example.com'

Order and level are written in keys.toml, beside rules.json: order = 1, level = "always". A level there
only ever makes stricter what your rules say. See also "sallyport add --only-to", which keeps a key from all
other hosts.

${keyWordHelp}

${optionsHelp(options)}`,
  async run(args, io) {
    const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true });
    try {
      return await run(positionals, values.json ?? false, io);
    } catch (error) {
      if (error instanceof KeysTomlError || error instanceof UntrustedPlaceError)
        throw new CommandError(error.message);
      throw error;
    }
  },
};
