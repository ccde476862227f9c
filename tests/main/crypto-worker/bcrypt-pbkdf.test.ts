// bcrypt_pbkdf against OpenBSD's test vector; longer outputs are covered by ssh-keygen's files (main/keys).
import { describe, expect, it } from 'vitest';
import { bcryptPbkdf } from '../../../main/crypto-worker/bcrypt-pbkdf.ts';
import { inlineCryptoOffload } from '../../../main/crypto-worker/inline-crypto-offload.ts';

const text = new TextEncoder();
const real = process.getBuiltinModule('node:crypto');

describe('bcrypt_pbkdf', () => {
  it('gives the bytes of the OpenBSD vector for 4 rounds', () => {
    const derived = bcryptPbkdf(text.encode('password'), text.encode('salt'), 4, 32);
    expect(Buffer.from(derived).toString('hex')).toBe(
      '5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9',
    );
  });

  it('depends on every input', () => {
    const derive = (passphrase: string, salt: string, rounds: number): string =>
      Buffer.from(bcryptPbkdf(text.encode(passphrase), text.encode(salt), rounds, 48)).toString('hex');
    const all = [derive('a', 'b', 1), derive('b', 'b', 1), derive('a', 'a', 1), derive('a', 'b', 2)];
    expect(new Set(all).size).toBe(4);
    expect(derive('a', 'b', 1)).toBe(all[0]);
  });
});

describe('Argon2', () => {
  it.runIf(typeof real.argon2Sync === 'function').each(['argon2id', 'argon2i', 'argon2d'] as const)(
    '%s gives the same bytes as OpenSSL',
    async (variant) => {
      const [message, nonce] = [text.encode('pass phrase'), text.encode('salt and pepper')];
      const derived = await inlineCryptoOffload.argon2(message, {
        variant,
        memoryKiB: 64,
        passes: 3,
        parallelism: 4,
        salt: nonce,
        length: 80,
      });
      const parameters = { message, nonce, parallelism: 4, tagLength: 80, memory: 64, passes: 3 };
      expect(derived).toEqual(Uint8Array.from(real.argon2Sync(variant, parameters)));
    },
  );
});
