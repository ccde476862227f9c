// `sallyport generate`: a new key in a file, its public half beside it.
import { lstatSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { foreignName } from '../../../text/foreign-text.ts';
import { createCryptoOffload } from '../../crypto-worker/crypto-offload-pool.ts';
import { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import { generateKey, type NewKeyType } from '../../keys/files/generate-key.ts';
import type { NewSecurityKey } from '../../keys/files/generate-security-key.ts';
import { writeOpensshKeyFile } from '../../keys/files/openssh/write-openssh-key-file.ts';
import { writePpkFile } from '../../keys/files/ppk/write-ppk-file.ts';
import { formatPublicKeyFile } from '../../keys/files/public-key-line.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import { parseArguments } from '../parts/arguments.ts';
import { askNewPassphrase, prompterOf } from '../parts/ask-passphrase.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from '../parts/command.ts';
import {
  makeSecurityKey,
  newSecurityKey,
  securityKeyOptions,
  securityKeyTypes,
} from '../parts/key-files/new-security-key.ts';
import { type OptionDeclarations, optionsHelp } from '../parts/options.ts';

const kinds = ['ed25519', 'mldsa44-ed25519', 'ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521'] as const;

/** Short ones as ssh-keygen has them. */
const fileOptions = {
  type: {
    type: 'string',
    short: 't',
    default: 'ed25519',
    value: 'TYPE',
    takes: [...kinds, 'rsa', ...securityKeyTypes],
    help: `ed25519 (what is made without the option), mldsa44-ed25519 (post-quantum:
ML-DSA-44 and Ed25519 in one; OpenSSH 10.6 and later take it), ecdsa-p256,
ecdsa-p384, ecdsa-p521 or rsa; sk-ed25519 or sk-ecdsa for a key that a FIDO2
security key makes and keeps: FILE is how it finds it again`,
  },
  bits: {
    type: 'string',
    short: 'b',
    value: 'BITS',
    takes: ['2048', '3072', '4096'],
    help: 'of an RSA key: 2048 to 16384, 3072 without the option',
  },
  comment: { type: 'string', short: 'C', value: 'TEXT', help: 'user@host without the option' },
  ppk: {
    type: 'boolean',
    default: false,
    help: "a PuTTY key file (PPK version 3) instead of one of OpenSSH's format",
  },
  'no-passphrase': {
    type: 'boolean',
    default: false,
    help: `whoever gets the file can use the key; one in a security key only together
with that`,
  },
} as const satisfies OptionDeclarations;

const options = { ...fileOptions, ...securityKeyOptions } as const;

function keyType(type: string, bits: string | undefined): NewKeyType {
  if (type === 'rsa') {
    const size = Number(bits ?? 3072);
    if (Number.isInteger(size) && size >= 2048 && size <= 16_384 && size % 8 === 0)
      return { kind: 'rsa', bits: size };
    throw new UsageError('--bits takes 2048 to 16384, in steps of 8.');
  }
  const kind = kinds.find((name) => name === type);
  if (kind === undefined)
    throw new UsageError(`--type takes ${[...kinds, ...securityKeyTypes].join(', ')} or rsa.`);
  return { kind };
}

const isInSecurityKey = (type: NewKeyType | NewSecurityKey): type is NewSecurityKey => 'flags' in type;

function newPassphrase(io: CommandIo): Promise<SecretBytes> {
  return askNewPassphrase(prompterOf(io), 'Passphrase for the new key:', 'no key was made');
}

/** For the user alone to read and for nobody else to change; never in the place of what is there. Both or neither. */
async function writeBoth(path: string, privateKey: Uint8Array, publicKey: Uint8Array): Promise<void> {
  const made: string[] = [];
  const write = async (name: string, contents: Uint8Array, mode: number) => {
    const file = await open(name, 'wx', mode);
    made.push(name);
    await file.writeFile(contents).finally(() => file.close());
  };
  try {
    await write(path, privateKey, 0o600);
    await write(`${path}.pub`, publicKey, 0o644);
  } catch (error) {
    for (const name of made) await rm(name, { force: true });
    throw error;
  }
}

export const generateCommand: Command = {
  name: 'generate',
  usage: '[-t TYPE] [-b BITS] [-C COMMENT] [--ppk] [--no-passphrase] [OPTION]… FILE',
  summary: 'make a new key in a file',
  options,
  operands: { list: ['file'] },
  help: `The private key is written to FILE and the public one to FILE.pub; neither may be there. The
passphrase is asked for twice. "sallyport add FILE" adds the key to the agent.

${optionsHelp(fileOptions)}

Of a key in a security key:
${optionsHelp(securityKeyOptions)}`,
  async run(args, io) {
    const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true });
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0) throw new UsageError('Name one file.');
    const type = newSecurityKey(values.type, values) ?? keyType(values.type, values.bits);
    if (values.bits !== undefined && type.kind !== 'rsa')
      throw new UsageError('--bits is for RSA keys only.');
    if (values.ppk && type.kind === 'mldsa44-ed25519')
      throw new UsageError('PuTTY key files (PPK) hold no post-quantum keys. Leave --ppk out.');
    if (values.ppk && isInSecurityKey(type))
      throw new UsageError('PuTTY key files (PPK) hold no keys of security keys. Leave --ppk out.');
    // A link that leads nowhere takes the name, too.
    const taken = [path, `${path}.pub`].find((name) => lstatSync(name, { throwIfNoEntry: false }));
    if (taken !== undefined)
      throw new CommandError(`${foreignName(taken)} is there already. Choose another name.`);
    const comment = values.comment ?? `${userInfo().username}@${hostname()}`;
    const offload = createCryptoOffload();
    using passphrase = values['no-passphrase'] ? new SecretBytes(new Uint8Array()) : await newPassphrase(io);
    try {
      const fields = await (isInSecurityKey(type) ? makeSecurityKey(type, io) : generateKey(type, offload));
      try {
        const write = values.ppk ? writePpkFile : writeOpensshKeyFile;
        using file = await write({ fields, comment, passphrase: passphrase.bytes }, offload);
        await writeBoth(path, file.bytes, formatPublicKeyFile(fields.publicKey, comment));
        await io.print(`Made key ${foreignName(path)}: ${sha256Fingerprint(fields.publicKey.blob)}`);
        return exitCode.ok;
      } finally {
        fields.wipe();
      }
    } finally {
      await offload.close();
    }
  },
};
