// Damaged and mutated files and blobs: only the errors that callers expect, and nothing else.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { MalformedMessageError, WireReader } from '../../../../main/keys/encoding/wire.ts';
import { KeyFileError } from '../../../../main/keys/files/key-file-error.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import { parsePublicKeyLine } from '../../../../main/keys/files/public-key-line.ts';
import { InconsistentKeyError, UnsupportedKeyError } from '../../../../main/keys/key-errors.ts';
import { readAgentPrivateKey } from '../../../../main/keys/kinds/agent-private-key.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { fixture, fixtureNames, openFixture, passphrase, publicLine, seededRandom } from '../fixtures.ts';

const allFiles = fixtureNames(/\.(openssh|ppk|pem|pkcs8)/);
/** Files whose decryption is cheap enough to try for many mutations. */
const cheapFiles = allFiles.filter((name) => !/default|bcrypt|openssh-|ed448|dsa|scrypt/.test(name));
const parserErrors = [MalformedMessageError, UnsupportedKeyError, InconsistentKeyError];
const mutationsPerFile = 40;

async function outcome(bytes: Uint8Array): Promise<unknown> {
  try {
    const file = parseKeyFile(bytes);
    // A mutation may ask for far more work, within the limits; then parsing it is test enough.
    if (file.kind === 'clear') return await file.fields(offload);
    if (!/a second$|no time/.test(file.cost.description)) return file;
    return await file.decrypt(passphrase, offload);
  } catch (error) {
    return error;
  }
}

function expectExpected(result: unknown, allowed: readonly (new (...args: never[]) => Error)[]): void {
  if (result instanceof Error && !allowed.some((kind) => result instanceof kind)) throw result;
}

function mutate(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  const mutated = Uint8Array.from(bytes);
  for (let i = 0; i <= random(3); i++) mutated[random(mutated.length)] = random(256);
  return mutated;
}

describe('a damaged key file', () => {
  it.each(allFiles)('%s gives KeyFileError wherever it is cut', (name) => {
    const bytes = fixture(name);
    const isPpk = /ppk/.test(name);
    // A PEM file is whole without its last line end, a PPK as well.
    const lastCut = bytes.length - (isPpk || !/\n$/.test(Buffer.from(bytes).toString()) ? 2 : 1);
    for (let length = 0; length < lastCut; length++) {
      let error: unknown;
      try {
        parseKeyFile(bytes.subarray(0, length));
        error = new Error(`accepted ${length} bytes`);
      } catch (caught) {
        error = caught;
      }
      expectExpected(error, [KeyFileError]);
    }
  });

  it.each(cheapFiles)('%s gives KeyFileError or a key whatever bytes change', async (name) => {
    const random = seededRandom(name.length * 7919 + 1);
    const bytes = fixture(name);
    let refused = 0;
    for (let i = 0; i < mutationsPerFile; i++) {
      const result = await outcome(mutate(bytes, random));
      expectExpected(result, [KeyFileError]);
      if (result instanceof KeyFileError) refused++;
    }
    expect(refused).toBeGreaterThan(mutationsPerFile / 4);
  });
});

describe('a damaged public key', () => {
  const keys = fixtureNames(/\.pub$/).map((name) => name.replace('.pub', ''));

  it.each(keys)('%s is refused wherever its blob is cut, and with a byte too many', (key) => {
    const { blob } = publicLine(key).publicKey;
    for (let length = 0; length < blob.length; length++) {
      expect(() => parsePublicKey(blob.subarray(0, length))).toThrow(
        length < 4 + (blob[3] as number) ? MalformedMessageError : Error,
      );
    }
    expect(() => parsePublicKey(Uint8Array.of(...blob, 0))).toThrow(MalformedMessageError);
  });

  it.each(keys)('%s gives only expected errors whatever bytes change', (key) => {
    const random = seededRandom(key.length + 11);
    const { blob } = publicLine(key).publicKey;
    for (let i = 0; i < 300; i++) {
      try {
        parsePublicKey(mutate(blob, random));
      } catch (error) {
        expectExpected(error, parserErrors);
      }
    }
  });

  it.each(['', 'ssh-ed25519', 'ssh-ed25519 ====', 'ssh-ed25519 AAAA', 'ssh-rsa !!!! comment'])(
    'line %j is malformed',
    (line) => {
      expect(() => parsePublicKeyLine(line)).toThrow(MalformedMessageError);
    },
  );
});

describe('damaged private fields of message 17', () => {
  it.each(['rsa2048', 'dsa', 'p256', 'p521', 'ed25519', 'ed448'])(
    '%s gives only expected errors',
    async (key) => {
      const { fields } = await openFixture(`${key}.ppk`);
      const encoded = fields.encodeForAgent();
      const random = seededRandom(5);
      for (let length = 0; length < encoded.length; length++) {
        expect(() => readAgentPrivateKey(new WireReader(encoded.bytes.subarray(0, length)))).toThrow();
      }
      let refused = 0;
      for (let i = 0; i < (key === 'ed448' ? 20 : 150); i++) {
        try {
          const read = readAgentPrivateKey(new WireReader(mutate(encoded.bytes, random)));
          await read.fields.load(offload);
        } catch (error) {
          expectExpected(error, parserErrors);
          refused++;
        }
      }
      expect(refused).toBeGreaterThan(10);
    },
  );
});
