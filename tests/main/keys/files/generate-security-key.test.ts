import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { securityKeyFlag } from '../../../../main/keys/authenticator.ts';
import { SecretBytes } from '../../../../main/keys/encoding/secret-bytes.ts';
import {
  applicationProblem,
  generateSecurityKey,
  type NewSecurityKey,
} from '../../../../main/keys/files/generate-security-key.ts';
import { writeOpensshKeyFile } from '../../../../main/keys/files/openssh/write-openssh-key-file.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import { writePpkFile } from '../../../../main/keys/files/ppk/write-ppk-file.ts';
import type { SignatureAlgorithm } from '../../../../main/keys/kinds/shared/key-types.ts';
import { verifySignature } from '../../../../main/keys/kinds/verify-signature.ts';
import { SoftAuthenticator } from '../../../fakes/soft-authenticator.ts';
import { bytes } from '../../../fakes/test-agent.ts';

const { touch, verify, resident } = securityKeyFlag;
const data = bytes('data');
const wish: NewSecurityKey = { kind: 'sk-ed25519', application: 'ssh:', flags: touch, user: '' };

/** The person knows these PINs, one after the other. */
function means(authenticator: SoftAuthenticator, pins: string[] = []) {
  const asked: string[] = [];
  const waits: unknown[] = [];
  const typed: SecretBytes[] = [];
  return {
    asked,
    waits,
    typed,
    authenticator,
    signal: new AbortController().signal,
    waitsFor: (what: unknown) => waits.push(what),
    askPin: async (why: string) => {
      asked.push(why);
      const pin = pins.shift();
      if (pin === undefined) return undefined;
      const secret = SecretBytes.copyOf(bytes(pin));
      typed.push(secret);
      return secret;
    },
  };
}

describe('a key that a security key makes', () => {
  it.each(['sk-ed25519', 'sk-ecdsa-p256'] as const)(
    'signs from the file it was written to: %s',
    async (kind) => {
      const device = new SoftAuthenticator();
      const given = means(device);
      const fields = await generateSecurityKey({ ...wish, kind, application: 'ssh:work' }, given);
      expect(given.waits.slice(0, 2)).toEqual(['touch', undefined]);
      const contents = { fields, comment: 'c', passphrase: new Uint8Array() };
      const file = parseKeyFile((await writeOpensshKeyFile(contents, offload)).bytes);
      if (file.kind !== 'clear') throw new Error('has a passphrase');
      const read = await file.fields(offload);
      const key = await read.load(offload, device);
      const signature = await key.sign(data, key.publicKey.algorithm as SignatureAlgorithm);
      expect(await verifySignature(fields.publicKey, signature, data, offload)).toBe(true);
      expect(device.requests[0]).toMatchObject({ application: 'ssh:work', flags: touch });
      await expect(writePpkFile(contents, offload)).rejects.toThrow(
        /^PuTTY key files \(PPK\) can't hold keys of the kind .* security key\. Choose the OpenSSH format\.$/,
      );
    },
  );

  it('is told what was wished for it', async () => {
    const device = new SoftAuthenticator();
    const fields = await generateSecurityKey({ ...wish, flags: verify | resident }, means(device));
    const key = await fields.load(offload, device);
    await key.sign(data, 'sk-ssh-ed25519@openssh.com');
    expect(device.requests[0]?.flags).toBe(verify | resident);
    expect(await device.residentKeys(undefined)).toHaveLength(1);
  });

  it('takes its PIN where it wants one, which is asked for again when it is wrong, and wiped', async () => {
    const device = new SoftAuthenticator();
    device.pin = '1234';
    const given = means(device, ['4321', '1234']);
    await generateSecurityKey({ ...wish, flags: touch | resident }, given);
    expect(given.asked).toEqual(['The security key wants its PIN.', 'The PIN is wrong: 7 tries are left.']);
    for (const pin of given.typed) expect(() => pin.bytes).toThrow('wiped');
    const none = generateSecurityKey({ ...wish, flags: resident }, means(device));
    await expect(none).rejects.toMatchObject({ name: 'SecurityKeyPinError' });
  });

  it('is none where the security key makes no point, and the person is told so', async () => {
    const device = new SoftAuthenticator();
    const { enroll } = device;
    device.enroll = async (...args) => ({ ...(await enroll.apply(device, args)), point: new Uint8Array(31) });
    await expect(generateSecurityKey(wish, means(device))).rejects.toMatchObject({
      message: 'The security key made no key that can be used.',
      remedy: 'Try another one.',
    });
  });
});

it.each([
  ['ssh:', undefined],
  ['ssh:work laptop', undefined],
  ['example.org', /begins with “ssh:”/],
  ['', /begins with “ssh:”/],
  ['ssh:a\0b', /no control characters/],
  [`ssh:${'ü'.repeat(600)}`, /1024 bytes at the most/],
])('an application %j is good, or it is said why not', (application, problem) => {
  const said = applicationProblem(application);
  if (problem === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(problem);
});
