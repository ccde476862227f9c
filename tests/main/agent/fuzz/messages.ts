// Well-formed messages of every kind that the agent knows, over a few keys, files and hosts that are always the same.
import {
  foreignPpkFile,
  garbagePpkFile,
  namedEd25519Key,
  opensshFile,
  ppkFile,
} from '../../../fakes/cheap-key-files.ts';
import { sid, type TestHost, testHost } from '../../../fakes/host-session.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import type { TestKey } from '../../../fakes/test-key.ts';
import { fixture } from '../../keys/fixtures.ts';
import {
  blob,
  type Field,
  pick,
  type Random,
  raw,
  string,
  structured,
  text,
  uint32,
} from './message-fields.ts';

export interface MessageParts {
  readonly keys: readonly TestKey[];
  readonly certificates: readonly Uint8Array[];
  readonly files: readonly Uint8Array[];
  readonly hosts: readonly TestHost[];
  /** Contents of session-bind requests that are true. */
  readonly bindings: readonly Uint8Array[];
}

/** Opens the files that can be opened. */
export const filePassphrase = 'good';
export const lockPassphrases = ['lock', 'other lock'] as const;
/** Of the person's own programs; what they ask is fuzzed in extensions/own-channel-extensions.test.ts. */
export const localSecret = new Uint8Array(32).fill(7);

/** Key files of kinds that the keys below are not of; the RSA key is small, so that adding it costs little. */
const otherFiles = [
  'rsa1024.openssh',
  'rsa1024.ppk',
  'p256.pkcs8',
  'p256.ppk2',
  'ed25519.ppk2-aes',
  'p256.pkcs8-aes-128-cbc',
];

export async function messageParts(): Promise<MessageParts> {
  const keys = ['fuzz 1', 'fuzz 2', 'fuzz 3', 'fuzz 4'].map(namedEd25519Key);
  const [first, second, third, fourth] = keys as [TestKey, TestKey, TestKey, TestKey];
  const hosts = ['host 1', 'host 2', 'host 3'].map((name) => testHost(namedEd25519Key(name)));
  return {
    keys,
    certificates: keys.map((key) => madeUpCertificate(key.blob)),
    files: [
      await ppkFile(first),
      await ppkFile(first, filePassphrase),
      await opensshFile(second),
      await opensshFile(second, filePassphrase),
      await ppkFile(third, filePassphrase),
      await opensshFile(third, 'another'),
      await ppkFile(fourth, filePassphrase),
      await garbagePpkFile(first),
      await garbagePpkFile(third),
      await garbagePpkFile(second, 'dear', 20),
      await foreignPpkFile(first, second, filePassphrase),
      ...otherFiles.map(fixture),
    ],
    hosts,
    bindings: hosts.flatMap((host) =>
      [1, 2, 3].flatMap((n) => [true, false].map((forwarded) => host.bind(sid(n), forwarded))),
    ),
  };
}

const extension = (name: string, ...contents: readonly Field[]): readonly Field[] => [
  raw(27),
  text(name),
  ...contents,
];

const hop = (user: string, host: string, hosts: readonly TestHost[]) =>
  string(text(user), text(host), text(''), ...hosts.flatMap(({ key }) => [blob(key.blob), raw(0)]));

function destinations({ hosts }: MessageParts, random: Random): Field {
  const step = () =>
    string(
      random(3) === 0 ? hop('', 'from', [pick(random, hosts)]) : hop('', '', []),
      hop(pick(random, ['', 'git', 'm*']), 'to', hosts.slice(random(hosts.length))),
      text(''),
    );
  return string(...Array.from({ length: 1 + random(2) }, step));
}

function constraints(parts: MessageParts, random: Random): readonly Field[] {
  const all: readonly (() => readonly Field[])[] = [
    () => [raw(1), uint32(pick(random, [0, 1, 5, 60, 3600]))],
    () => [raw(2)],
    () => [raw(255), text('restrict-destination-v00@openssh.com'), destinations(parts, random)],
  ];
  return all.filter(() => random(4) === 0).flatMap((make) => make());
}

/** A public key or certificate that is often in the agent. */
const listed = ({ keys, certificates }: MessageParts, random: Random): Uint8Array =>
  random(4) === 0 ? pick(random, certificates) : pick(random, keys).blob;

const purposes: readonly ((key: Uint8Array, parts: MessageParts, random: Random) => readonly Field[])[] = [
  (key, { hosts }, random) => {
    const isHostBound = random(2) === 0;
    return [
      string(...structured(sid(1 + random(3)))),
      raw(50),
      text(pick(random, ['git', 'me', 'root'])),
      text('ssh-connection'),
      text(isHostBound ? 'publickey-hostbound-v00@openssh.com' : 'publickey'),
      raw(1),
      text('ssh-ed25519'),
      blob(key),
      ...(isHostBound ? [blob(pick(random, hosts).key.blob)] : []),
    ];
  },
  (_key, _parts, random) => [
    { kind: 'bytes', bytes: new TextEncoder().encode('SSHSIG') },
    text(pick(random, ['git', 'file'])),
    text(''),
    text('sha512'),
    string({ kind: 'bytes', bytes: new Uint8Array(64).fill(random(4)) }),
  ],
  (_key, _parts, random) => [raw(random(4))],
];

function sign(parts: MessageParts, random: Random): readonly Field[] {
  const key = listed(parts, random);
  const flags = random(4) === 0 ? [] : [uint32(pick(random, [0, 0, 2, 4, 6]))];
  return [raw(13), blob(key), string(...pick(random, purposes)(key, parts, random)), ...flags];
}

function addKey(parts: MessageParts, random: Random): readonly Field[] {
  const key = pick(random, parts.keys);
  const fields = [...structured(key.privateFields), text(pick(random, ['', 'me@work', 'a comment of ours']))];
  return random(2) === 0 ? [raw(17), ...fields] : [raw(25), ...fields, ...constraints(parts, random)];
}

const file = ({ files }: MessageParts, random: Random): Field =>
  string({ kind: 'bytes', bytes: pick(random, files) });

const addKeyFile = (parts: MessageParts, random: Random) =>
  extension(
    'add-key-file@sallyport',
    file(parts, random),
    random(2) === 0 ? string() : blob(listed(parts, random)),
    text(pick(random, ['', 'given'])),
    ...constraints(parts, random),
  );

const nonce = (): Field => string({ kind: 'bytes', bytes: new Uint8Array(32).fill(1) });
const putty = (name: string) => `${name}@putty.projects.tartarus.org`;

const makers: readonly (readonly [
  weight: number,
  make: (parts: MessageParts, random: Random) => readonly Field[],
])[] = [
  [30, sign],
  [16, addKey],
  [8, addKeyFile],
  [5, (parts, random) => extension(putty('add-ppk'), file(parts, random))],
  [6, () => [raw(11)]],
  [4, (parts, random) => [raw(18), blob(listed(parts, random))]],
  [1, () => [raw(19)]],
  [1, (_parts, random) => [raw(22), text(pick(random, lockPassphrases))]],
  [3, (_parts, random) => [raw(23), text(pick(random, lockPassphrases))]],
  [6, ({ bindings }, random) => extension('session-bind@openssh.com', ...structured(pick(random, bindings)))],
  [1, () => extension('query')],
  [2, () => extension(putty('list-extended'))],
  [2, () => extension('list-keys@sallyport')],
  [2, (parts, random) => extension(putty('reencrypt'), blob(listed(parts, random)))],
  [1, () => extension(putty('reencrypt-all'))],
  [1, () => extension('log@sallyport', text(''), uint32(0))],
  [1, () => extension('stop@sallyport')],
  [2, () => extension('hello@sallyport', uint32(1), nonce())],
  [2, () => extension('sealed@sallyport', text('anything that is long enough'))],
  [1, () => extension('process@sallyport', uint32(1), uint32(2))],
  [1, (_parts, random) => extension(pick(random, ['', 'unknown@example', 'session-bind']))],
  [1, (_parts, random) => [raw(pick(random, [1, 3, 7, 8, 9]))]],
  [1, (_parts, random) => [raw(pick(random, [20, 21, 26])), text('reader'), text('pin')]],
  [1, (_parts, random) => [raw(random(256)), text('anything')]],
];
const weighted = makers.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));

export const validMessage = (parts: MessageParts, random: Random): readonly Field[] =>
  pick(random, weighted)(parts, random);
