// Verification against signatures that ssh-keygen made, and what is never a good signature.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Claimant } from '../../../../main/basics/fair-queue.ts';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { verifySignature } from '../../../../main/keys/kinds/verify-signature.ts';
import { algorithmOf, fixture, fixtureText, openFixture, publicLine } from '../fixtures.ts';

const text = new TextEncoder();
const data = text.encode('data');

/** The signature in an SSHSIG file and the data it is over (PROTOCOL.sshsig). */
function sshsig(name: string): { signature: Uint8Array; signed: Uint8Array } {
  const body = Buffer.from(fixtureText(name).replace(/-----.*-----/g, ''), 'base64');
  const reader = new WireReader(body);
  reader.readBytes(6 + 4);
  reader.readString();
  const [namespace, reserved, hash] = [reader.readString(), reader.readString(), reader.readText()];
  const digest = createHash(hash).update(fixture('signed.txt')).digest();
  const writer = new WireWriter().bytes(text.encode('SSHSIG')).string(namespace).string(reserved);
  return { signature: reader.readString(), signed: writer.text(hash).string(digest).finish() };
}

async function signed(name: string, algorithm: 'ssh-rsa' | 'rsa-sha2-256' | undefined = undefined) {
  const { publicKey, fields } = await openFixture(name);
  const key = await fields.load(offload);
  return { publicKey, signature: await key.sign(data, algorithm ?? algorithmOf[publicKey.type]) };
}

describe('verifying a signature', () => {
  it.each(['rsa2048', 'p256', 'p384', 'p521', 'ed25519', 'mldsa44'])(
    'accepts what ssh-keygen signed with %s',
    async (name) => {
      const { signature, signed } = sshsig(`${name}.sshsig`);
      const { publicKey } = publicLine(name);
      expect(await verifySignature(publicKey, signature, signed, offload)).toBe(true);
      const flipped = Uint8Array.from(signature);
      flipped[flipped.length - 1] = (flipped.at(-1) as number) ^ 1;
      expect(await verifySignature(publicKey, flipped, signed, offload)).toBe(false);
    },
  );

  it('refuses SHA-1 with RSA, and takes SHA-256', async () => {
    const old = await signed('rsa2048.openssh', 'ssh-rsa');
    expect(await verifySignature(old.publicKey, old.signature, data, offload)).toBe(false);
    const current = await signed('rsa2048.openssh', 'rsa-sha2-256');
    expect(await verifySignature(current.publicKey, current.signature, data, offload)).toBe(true);
  });

  it.each(['rsa2048', 'dsa', 'p256', 'ed25519', 'mldsa44'])(
    'refuses trailing bytes and cut signatures with %s',
    async (name) => {
      const { publicKey, signature } = await signed(`${name}.openssh`);
      expect(await verifySignature(publicKey, signature, data, offload)).toBe(true);
      expect(await verifySignature(publicKey, Uint8Array.of(...signature, 0), data, offload)).toBe(false);
      for (let length = 0; length < signature.length; length++) {
        expect(await verifySignature(publicKey, signature.subarray(0, length), data, offload)).toBe(false);
      }
    },
  );

  it.each([
    ['dsa', 'dsa.openssh'],
    ['ed448', 'ed448.ppk'],
    ['mldsa44', 'mldsa44.openssh'],
  ])('takes its turn as one of its client’s, where the key is one for a worker: %s', async (_, name) => {
    const { publicKey, signature } = await signed(name);
    const client: Claimant = { process: 1, connection: 2, signal: () => new AbortController().signal };
    const claimants: unknown[] = [];
    const verify = async (...args: readonly unknown[]) => {
      claimants.push(args.at(-1));
      return true;
    };
    const recording = { ...offload, dsaVerify: verify, ed448Verify: verify, mldsa44Verify: verify };
    expect(await verifySignature(publicKey, signature, data, recording, client)).toBe(true);
    expect(claimants).toEqual([client]);
  });

  it('refuses a signature whose algorithm is not for the key', async () => {
    const { signature } = await signed('ed25519.openssh');
    for (const key of ['rsa2048', 'p256', 'ed448', 'mldsa44']) {
      expect(await verifySignature(publicLine(key).publicKey, signature, data, offload)).toBe(false);
    }
    const { publicKey } = publicLine('p256');
    const p384 = await signed('p384.openssh');
    expect(await verifySignature(publicKey, p384.signature, data, offload)).toBe(false);
    const unknown = new WireWriter().text('constructor').string(new Uint8Array(64)).finish();
    expect(await verifySignature(publicKey, unknown, data, offload)).toBe(false);
  });

  it('refuses ECDSA numbers that are zero or too long', async () => {
    const { publicKey } = publicLine('p256');
    for (const number of [new Uint8Array(0), new Uint8Array(32).fill(0xff), new Uint8Array(40).fill(1)]) {
      const inner = new WireWriter().mpint(number).mpint(number).finish();
      const blob = new WireWriter().text('ecdsa-sha2-nistp256').string(inner).finish();
      expect(await verifySignature(publicKey, blob, data, offload)).toBe(false);
    }
  });

  it('accepts an RSA signature without its leading zero bytes (RFC 8332 §3)', async () => {
    const { publicKey, fields } = await openFixture('rsa1024.openssh');
    const key = await fields.load(offload);
    for (let counter = 0; ; counter++) {
      const message = text.encode(`message ${counter}`);
      const reader = new WireReader(await key.sign(message, 'rsa-sha2-256'));
      reader.readText();
      const raw = reader.readString();
      expect(raw.length).toBe(128);
      if (raw[0] !== 0) continue;
      const short = new WireWriter().text('rsa-sha2-256').string(raw.subarray(1)).finish();
      expect(await verifySignature(publicKey, short, message, offload)).toBe(true);
      return;
    }
  });
});
