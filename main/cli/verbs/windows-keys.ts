// `sallyport windows-keys`: keys that Windows keeps, in its TPM, behind Windows Hello, on smart cards.
import { foreignText, printableJson } from '../../../text/foreign-text.ts';
import type { WindowsKeysRequest } from '../../agent/extensions/windows-keys-extension.ts';
import {
  isWindowsKeyName,
  newWindowsKeyHomes,
  newWindowsKeyKinds,
  type WindowsKey,
  type WindowsKeyHome,
  type WindowsKeyList,
} from '../../agent/ports/windows-keys.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, exitCode, UsageError } from '../parts/command.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { ownSecret } from '../parts/own-secret.ts';
import { withAgent } from '../parts/with-agent.ts';

const maxCharacters = 200;
const show = (text: string) => foreignText(text, maxCharacters);

const homes: Record<WindowsKeyHome, string> = {
  tpm: 'in the TPM',
  hello: 'behind Windows Hello',
  software: 'kept by Windows',
  'smart-card': 'on a smart card',
  certificate: 'kept by another provider',
};

function describeKey(key: WindowsKey): readonly string[] {
  const { comment, fingerprint, kind, home, provider, isOwn, isAskedFor, isOffered, thumbprint } = key;
  const place = home === 'certificate' ? `in ${show(provider)}` : homes[home];
  const asks = isAskedFor ? ', Windows asks at each use' : '';
  return [
    `${isOffered ? '[x]' : '[ ]'} ${show(comment)}: ${kind}, ${place}${asks}`,
    `    ${fingerprint}${isOwn ? ' (made here)' : ` certificate ${thumbprint}`}`,
  ];
}

/** For the person, a few lines. */
export function describeWindowsKeys({ certificates, keys, leftOut, problems }: WindowsKeyList): string[] {
  const { noKey, olderInterface, kind } = leftOut;
  const out: [number, string][] = [
    [noKey, 'without a private key here'],
    [olderInterface, 'whose key only the older interface (CSP) has'],
    [kind, 'of a kind or size that SSH does not know'],
  ];
  return [
    ...keys.flatMap(describeKey),
    ...(keys.length === 0 ? ['Windows keeps no key that SSH can use.'] : []),
    `Certificates of yours are ${certificates ? '' : 'not '}offered unless you say otherwise.`,
    ...out.flatMap(([count, why]) =>
      count > 0 ? [`Left out: ${count} certificate${count === 1 ? '' : 's'} ${why}.`] : [],
    ),
    ...problems.map(({ home, reason, remedy }) => `What is ${homes[home]}: ${show(reason)} ${show(remedy)}`),
  ];
}

interface Options {
  readonly home: string;
  readonly kind: string | undefined;
}

function oneOf<T extends string>(value: string, all: readonly T[], what: string): T {
  const found = all.find((one) => one === value);
  if (found === undefined) throw new UsageError(`${what} is one of ${all.join(', ')}.`);
  return found;
}

function parseMake(name: string | undefined, { home, kind }: Options): WindowsKeysRequest {
  if (name === undefined || !isWindowsKeyName(name))
    throw new UsageError('Name the key: letters, digits, spaces and . _ @ - in it, 64 at the most.');
  const place = oneOf(home, newWindowsKeyHomes, '--in');
  const usual = place === 'hello' ? 'rsa-2048' : 'ecdsa-p256';
  return { do: 'make', name, home: place, kind: oneOf(kind ?? usual, newWindowsKeyKinds, '--type') };
}

function parseRequest([verb, which, ...more]: readonly string[], options: Options): WindowsKeysRequest {
  if (more.length > 0) throw new UsageError('One key at a time.');
  const fingerprint = () => {
    if (which === undefined || !/^SHA256:[\w+/]{43}$/.test(which))
      throw new UsageError(`Name the fingerprint (SHA256:…) of the key to ${verb}.`);
    return which;
  };
  switch (verb) {
    case undefined:
    case 'list':
      if (which !== undefined) throw new UsageError('"list" takes nothing.');
      return { do: 'list' };
    case 'make':
      return parseMake(which, options);
    case 'delete':
      return { do: 'delete', fingerprint: fingerprint() };
    case 'use':
    case 'hide':
      return {
        do: 'offer',
        which: which === 'certificates' ? which : { fingerprint: fingerprint() },
        isOffered: verb === 'use',
      };
    default:
      throw new UsageError('Say list, make, delete, use or hide.');
  }
}

function done(request: WindowsKeysRequest, list: WindowsKeyList, made: string | undefined): string[] {
  switch (request.do) {
    case 'list':
      return describeWindowsKeys(list);
    case 'make': {
      const key = list.keys.find(({ fingerprint }) => fingerprint === made);
      return [`${key?.publicKey ?? ''} ${request.name}`];
    }
    case 'delete':
      return ['Deleted. Nobody has this key any more.'];
    case 'offer':
      return [request.isOffered ? 'Offered to programs from now on.' : 'No longer offered to programs.'];
  }
}

const options = {
  in: {
    type: 'string',
    value: 'PLACE',
    takes: newWindowsKeyHomes,
    help: `tpm (usual), hello (asks for your finger, face or PIN at each use),
or software (kept by Windows itself)`,
  },
  type: {
    type: 'string',
    value: 'TYPE',
    takes: newWindowsKeyKinds,
    help: `ecdsa-p256 (usual), ecdsa-p384, ecdsa-p521, rsa-2048 (usual with hello),
rsa-3072 or rsa-4096; most TPMs have ecdsa-p256 and rsa-2048`,
  },
  json: jsonOption(`one object: certificates, keys (fingerprint, comment, kind, publicKey, isOwn, home,
provider, thumbprint, isAskedFor, isOffered), leftOut, problems, homes; after make
also made`),
} as const satisfies OptionDeclarations;

export const windowsKeysCommand: Command = {
  name: 'windows-keys',
  usage: '[--json] [list | make NAME [--in PLACE] [--type TYPE] | delete KEY | use KEY | hide KEY]',
  summary: 'use keys in the TPM, behind Windows Hello, on smart cards',
  options,
  operands: {
    byWord: { list: [], make: ['text'], delete: ['key'], use: ['key'], hide: ['key'] },
  },
  help: `Keys that Windows keeps: certificates of yours (certmgr.msc) that have a private key, on a smart card,
say, and keys that are made here. They never leave where they are, and are used after the same
rules and questions as all others; Windows may ask you, too. Of a certificate the plain key is offered.

  list          what Windows has; [x] is offered to programs (also without a verb)
  make NAME     a new key that can't be copied; prints its line for authorized_keys
  delete KEY    a key that was made here, for good: nobody can bring it back
  use KEY       offer it from now on; "certificates" for all certificates
  hide KEY      the opposite

KEY is a fingerprint (SHA256:…). Keys made here are offered from the start; certificates are not, as a
server takes few keys before it hangs up.

${optionsHelp(options)}`,
  async run(args, io) {
    const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true });
    const request = parseRequest(positionals, { home: values.in ?? 'tpm', kind: values.type });
    if (request.do !== 'make' && (values.in ?? values.type) !== undefined)
      throw new UsageError('--in and --type are for "make".');
    const secret = ownSecret(io);
    const reply = await withAgent(io, (client) => client.changeWindowsKeys(secret, request));
    if (!reply.ok) throw new CommandError(reply.message);
    const { list, made } = reply;
    if (values.json) await io.printAsIs(printableJson(made === undefined ? list : { ...list, made }, 2));
    else await io.print(...done(request, list, made));
    return exitCode.ok;
  },
};
