// Damaged and mutated files and blobs: only the errors that callers expect, and nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { MalformedMessageError, WireReader } from '../../../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import { parsePublicKeyLine } from '../../../../main/keys/files/public-key-line.ts';
import { KeyFileError } from '../../../../main/keys/files/shared/key-file-error.ts';
import { InconsistentKeyError, UnsupportedKeyError } from '../../../../main/keys/key-errors.ts';
import { readAgentPrivateKey } from '../../../../main/keys/kinds/agent-private-key.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { withOtherBytes } from '../../../fakes/damaged-bytes.ts';
import { clearFile, fixture, fixtureNames, openFixture, passphrase, publicLine } from '../fixtures.ts';

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
    let refused = 0;
    const isExpected = fc.asyncProperty(withOtherBytes(fixture(name)), async (bytes) => {
      const result = await outcome(bytes);
      expectExpected(result, [KeyFileError]);
      if (result instanceof KeyFileError) refused++;
    });
    await fc.assert(isExpected, { seed: name.length, numRuns: mutationsPerFile });
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
    const isExpected = fc.property(withOtherBytes(publicLine(key).publicKey.blob), (blob) => {
      try {
        parsePublicKey(blob);
      } catch (error) {
        expectExpected(error, parserErrors);
      }
    });
    fc.assert(isExpected, { seed: key.length, numRuns: 300 });
  });

  it.each(['', 'ssh-ed25519', 'ssh-ed25519 ====', 'ssh-ed25519 AAAA', 'ssh-rsa !!!! comment'])(
    'line %j is malformed',
    (line) => {
      expect(() => parsePublicKeyLine(line)).toThrow(MalformedMessageError);
    },
  );
});

describe('damaged private fields of message 17', () => {
  it.each(['rsa2048', 'dsa', 'p256', 'p521', 'ed25519', 'ed448', 'mldsa44'])(
    '%s gives only expected errors',
    async (key) => {
      const { fields } = await openFixture(clearFile(key));
      const encoded = fields.encodeForAgent();
      for (let length = 0; length < encoded.length; length++) {
        expect(() => readAgentPrivateKey(new WireReader(encoded.bytes.subarray(0, length)))).toThrow();
      }
      let refused = 0;
      const isExpected = fc.asyncProperty(withOtherBytes(encoded.bytes), async (bytes) => {
        try {
          const read = readAgentPrivateKey(new WireReader(bytes));
          await read.fields.load(offload);
        } catch (error) {
          expectExpected(error, parserErrors);
          refused++;
        }
      });
      await fc.assert(isExpected, { seed: 5, numRuns: key === 'ed448' ? 20 : 150 });
      expect(refused).toBeGreaterThan(10);
    },
  );
});
