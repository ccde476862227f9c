// `sallyport add`: key files into the agent.

import { UntrustedPlaceError } from '../../../ipc/posix/files/trusted-place.ts';
import { foreignName } from '../../../text/foreign-text.ts';
import type { AddConstraints } from '../../client/agent-requests.ts';
import { agentAddress } from '../../client/find/agent-address.ts';
import { createCryptoOffload } from '../../crypto-worker/crypto-offload-pool.ts';
import { systemPassphraseEncodings } from '../../process/system-passphrase-encodings.ts';
import { DestinationError, destinationsFor } from '../../stored/hosts/destinations.ts';
import { hostFiles } from '../../stored/hosts/host-files.ts';
import { readKnownHosts } from '../../stored/hosts/read-known-hosts.ts';
import { isHostOfKey } from '../../stored/keys-toml.ts';
import { addHostsOfKey, KeysTomlError, keysTomlPath } from '../../stored/keys-toml-file.ts';
import { personHome } from '../../stored/person-dir.ts';
import { choosePrompter } from '../../terminal/choose-prompter.ts';
import { findSallyport } from '../agent/find-sallyport.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from '../parts/command.ts';
import { addKeyFiles } from '../parts/key-files/add-key-files.ts';
import { defaultKeyFiles, defaultKeyNames, personSshFolder } from '../parts/key-files/default-keys.ts';
import { keyFileOptions, parseKeyFileOptions } from '../parts/key-files/key-file-options.ts';
import { type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { withAgent } from '../parts/with-agent.ts';

/** Short ones as ssh-add has them. */
const addOptions = {
  ...keyFileOptions,
  confirm: { ...keyFileOptions.confirm, short: 'c' },
  lifetime: { ...keyFileOptions.lifetime, short: 't' },
  for: {
    type: 'string',
    multiple: true,
    value: 'HOST',
    takes: 'host',
    help: 'that host is offered these keys alone, with others set for it: example.com,\n*.example.com, git@example.com or SHA256:… of its key; may be repeated',
  },
  'only-to': {
    type: 'string',
    multiple: true,
    value: 'HOST',
    takes: 'host',
    help: 'the keys can log in to that host alone, as with ssh-add -h: host, user@host, or\nfirst>second for the way from one to the next; may be repeated',
  },
  'known-hosts': {
    type: 'string',
    short: 'H',
    multiple: true,
    value: 'FILE',
    takes: 'file',
    help: 'where --only-to finds the keys of hosts, in place of the usual files',
  },
} as const satisfies OptionDeclarations;

const generateExample =
  process.platform === 'win32' ? '%USERPROFILE%\\.ssh\\id_ed25519' : '~/.ssh/id_ed25519';

/** Throws CommandError when there is none. */
function defaultFiles(): readonly string[] {
  const files = defaultKeyFiles();
  if (files.length > 0) return files;
  const folder = personSshFolder();
  throw new CommandError(
    folder === undefined
      ? 'HOME does not say where your keys are. Name the key files to add: sallyport add FILE'
      : `There is no key with a usual name in ${foreignName(folder)} (${defaultKeyNames}). Name the key files to add, or make a key: sallyport generate ${generateExample}`,
  );
}

/** Throws UsageError. */
function hostsOf(given: readonly string[] = []): readonly string[] {
  for (const host of given)
    if (!isHostOfKey(host))
      throw new UsageError(
        '--for takes example.com, *.example.com, git@example.com or SHA256:… of a host key.',
      );
  return given;
}

/** Throws CommandError for a host that is not known. */
async function destinationsOf(
  steps: readonly string[] = [],
  knownHosts: readonly string[] | undefined,
  { env }: CommandIo,
): Promise<Pick<AddConstraints, 'destinations'>> {
  if (steps.length === 0) {
    if (knownHosts) throw new UsageError('--known-hosts says nothing without --only-to.');
    return {};
  }
  const paths = knownHosts ?? hostFiles(process.platform, env, personHome()).knownHosts;
  try {
    return { destinations: destinationsFor(steps, await readKnownHosts(paths)) };
  } catch (error) {
    if (error instanceof DestinationError) throw new CommandError(`No key was added. ${error.message}`);
    throw error;
  }
}

const restrictedTo = (steps: readonly string[]) =>
  `Restricted to ${steps.map((step) => foreignName(step)).join(', ')}. Programs that don’t tell the agent where they log in to, such as PuTTY, can’t use such a key.`;

/** Throws CommandError. */
async function keepHosts(
  key: string,
  comment: string,
  hosts: readonly string[],
  io: CommandIo,
): Promise<void> {
  const path = keysTomlPath(io.env);
  try {
    await addHostsOfKey(path, key, comment, hosts);
  } catch (error) {
    if (error instanceof KeysTomlError || error instanceof UntrustedPlaceError)
      throw new CommandError(`The key was added, but its hosts were not kept. ${error.message}`);
    throw error;
  }
  await io.print(`Set for ${hosts.map((host) => foreignName(host)).join(', ')} in ${foreignName(path)}.`);
}

/** Of a key that waits for the person: ssh would only say that the agent refused. Never rejects. */
async function warnWhereNobodyIsAsked(io: CommandIo): Promise<void> {
  if (process.platform === 'win32') return;
  const found = await agentAddress(io.env)
    .then(findSallyport)
    .catch(() => undefined);
  if (found?.canAsk === false)
    io.complain(
      'This agent can ask nobody: it has no terminal, and no askpass program with a display. So each use of the key is refused. Add it without --encrypted and --confirm, or run “sallyport agent” in a terminal of its own, where it asks you.',
    );
}

export const addCommand: Command = {
  name: 'add',
  usage: '[--encrypted] [-c | --confirm] [-t TIME | --lifetime TIME] [--for HOST]… [--only-to HOST]… [FILE…]',
  summary: 'add private key files to the agent',
  options: addOptions,
  operands: { list: ['file'], repeated: true },
  help: `FILE is a private key: PPK 1 to 3, OpenSSH, PKCS#8, PKCS#1 or SEC1. A certificate beside it
(FILE-cert.pub) is added, too. With - for a FILE the key is read from standard input. A passphrase
that opened one file is tried on the next ones. A file that can't be added does not stop the
others; the exit code is 1 then.

Without a FILE the keys with the usual names in ~/.ssh are added, as by ssh-add: id_rsa, id_ecdsa,
id_ecdsa_sk, id_ed25519, id_ed25519_sk, id_mldsa44_ed25519 and id_dsa, those that are there.

  sallyport add                             the usual keys
  sallyport add --encrypted work.ppk        ask for its passphrase when it is used
  sallyport add -t 8h -c ~/keys/server      for a working day, each use confirmed
  sallyport add --for '*.example.com' work  the key for these hosts
  sallyport add --only-to web1 deploy       a key that logs in to web1 and nowhere else

--for is written to the end of keys.toml beside your rules, where it is changed and taken back. It
keeps other keys from using up the tries of a login; it does not keep the key from other hosts.

--only-to does: the agent signs with the key only for logins to these hosts, which prove themselves
by their keys in known_hosts, and hides it from others. It signs nothing else, such as Git's commits.
A user may have * and ? in it, a host may not; for another port than 22 it is [host]:2222. Such a key
is of use to ssh since OpenSSH 8.9. PuTTY, WinSCP and paramiko don't tell the agent where they
log in to, so that they see the key and get no signature by it.

${optionsHelp(addOptions)}`,
  async run(args, io) {
    const { values, positionals } = parseArguments({
      args: [...args],
      options: addOptions,
      allowPositionals: true,
    });
    const files = positionals.length > 0 ? positionals : defaultFiles();
    const options = parseKeyFileOptions(values);
    const hosts = hostsOf(values.for);
    const only = await destinationsOf(values['only-to'], values['known-hosts'], io);
    const encodings = await systemPassphraseEncodings();
    const offload = createCryptoOffload();
    try {
      const allAdded = await withAgent(io, (client) =>
        addKeyFiles(files, {
          ...options,
          constraints: { ...options.constraints, ...only },
          client,
          offload,
          passphraseEncodings: encodings,
          prompter: choosePrompter({ prefer: 'terminal', interruptible: true, env: io.env }, io.complain),
          signal: new AbortController().signal,
          report: io.print,
          complain: io.complain,
          ...(hosts.length > 0 && { added: (key, comment) => keepHosts(key, comment, hosts, io) }),
        }),
      );
      if (allAdded && (options.encrypted || options.constraints.confirm)) await warnWhereNobodyIsAsked(io);
      if (only.destinations && allAdded) await io.print(restrictedTo(values['only-to'] ?? []));
      return allAdded ? exitCode.ok : exitCode.failed;
    } finally {
      await offload.close();
    }
  },
};
