// Keys that are the same in each run, and encrypted files of them whose key derivation costs nothing.
import { createHash, createPrivateKey, hkdfSync } from 'node:crypto';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import type { CryptoOffload } from '../../main/keys/crypto-offload.ts';
import { WireReader } from '../../main/keys/encoding/wire.ts';
import { writeOpensshKeyFile } from '../../main/keys/files/openssh/write-openssh-key-file.ts';
import { writePpkFile } from '../../main/keys/files/ppk/write-ppk-file.ts';
import { readAgentPrivateKey } from '../../main/keys/kinds/agent-private-key.ts';
import type { PrivateKeyFields } from '../../main/keys/kinds/shared/private-key-fields.ts';
import { inLaterTurn } from './crypto-in-turns.ts';
import { type TestKey, testKey } from './test-key.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const laterTurn = () => new Promise<void>((resolve) => inLaterTurn(resolve));

async function derive(
  secret: Uint8Array,
  salt: Uint8Array,
  work: string,
  length: number,
): Promise<Uint8Array> {
  const derived = new Uint8Array(hkdfSync('sha256', secret, salt, work, length));
  await laterTurn();
  return derived;
}

/** One hash in place of Argon2 and bcrypt, whatever the file asks for: only files made with it can be opened. */
export const cheapOffload: CryptoOffload = {
  ...inlineCryptoOffload,
  async argon2(passphrase, { salt, length, variant, memoryKiB, passes, parallelism }, signal) {
    signal?.throwIfAborted();
    const key = await derive(passphrase, salt, `${variant} ${memoryKiB} ${passes} ${parallelism}`, length);
    signal?.throwIfAborted();
    return key;
  },
  async bcryptPbkdf(passphrase, salt, rounds, length, signal) {
    signal?.throwIfAborted();
    const key = await derive(passphrase, salt, `bcrypt ${rounds}`, length);
    signal?.throwIfAborted();
    return key;
  },
};

/** An Ed25519 key, the same for the same name. */
export function namedEd25519Key(name: string): TestKey {
  const seed = createHash('sha256').update(name).digest();
  const key = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return testKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
}

const fieldsOf = (key: TestKey) => readAgentPrivateKey(new WireReader(key.privateFields.slice())).fields;

async function ppkOf(fields: PrivateKeyFields, passphrase: string, comment: string): Promise<string> {
  const contents = { fields, comment, passphrase: bytes(passphrase) };
  return Buffer.from((await writePpkFile(contents, cheapOffload)).bytes).toString();
}

/** A PPK file of the key; without passphrase in clear. */
export const ppkFile = async (key: TestKey, passphrase = '', comment = 'ppk') =>
  bytes(await ppkOf(fieldsOf(key), passphrase, comment));

/** An OpenSSH file of the key; without passphrase in clear. */
export async function opensshFile(key: TestKey, passphrase = '', comment = 'openssh'): Promise<Uint8Array> {
  const contents = { fields: fieldsOf(key), comment, passphrase: bytes(passphrase) };
  return Uint8Array.from((await writeOpensshKeyFile(contents, cheapOffload)).bytes);
}

/** Says it is the key's, and no passphrase opens it; `passes` of Argon2 with 1 GiB make it a dear one. */
export async function garbagePpkFile(
  key: TestKey,
  comment = 'garbage',
  passes?: number,
): Promise<Uint8Array> {
  const text = await ppkOf(fieldsOf(key), 'nobody knows', comment);
  const damaged = text.replace(/^Private-MAC: .*$/m, `Private-MAC: ${'00'.repeat(32)}`);
  if (passes === undefined) return bytes(damaged);
  const dear = `Argon2-Memory: ${2 ** 20}\nArgon2-Passes: ${passes}\n`;
  return bytes(damaged.replace(/Argon2-Memory: \d+\nArgon2-Passes: \d+\n/, dear));
}

/** Says it is the key's; the passphrase opens it, and another key comes out. */
export async function foreignPpkFile(key: TestKey, inside: TestKey, passphrase: string): Promise<Uint8Array> {
  const foreign = fieldsOf(inside);
  const { publicKey } = fieldsOf(key);
  const fields = { publicKey, encodeForPpk: () => foreign.encodeForPpk?.() } as PrivateKeyFields;
  return bytes(await ppkOf(fields, passphrase, 'foreign'));
}
