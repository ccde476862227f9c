// One key as PuTTY's programs wrote and used it, byte for byte. Test keys made for this purpose, used nowhere.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import type { DecryptedKey, EncryptedKeyFile } from '../../../../main/keys/files/shared/key-file.ts';
import { verifySignature } from '../../../../main/keys/kinds/verify-signature.ts';
import { algorithmOf, fixture } from '../fixtures.ts';

const text = new TextEncoder();
const hello = text.encode('hello');
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
/** The signature blob of a Pageant reply: after its length, type and the blob's own length. */
const signatureIn = (reply: string): Uint8Array => bytes(reply).subarray(9);

const ed25519Reply =
  '000000580e000000530000000b7373682d6564323535313900000040cf979832ad0526bd19f85073106d047b306cf5d897b34fd227514d10501dee3391ba14e67229731b28df715b1ab23487ec50bac56a713994c7f34abb41849405';
const ed448Reply =
  '000000880e00000083000000097373682d656434343800000072051384490937138d95faeb6e9a26fe2aa5b9a486ec0ca5db625ba5b06e46b7ccac48d1265b1575e9a0cc6b526a5af85301f48c8ffbe463370036ee90174b2d8e86263bd238a5a216d545e0e1c5348274d978082dfc5c4152ed4a6d8fdc37656b0c214b1237409fe3ab3d77d7138f33d31700';
const p256Reply =
  '000000690e000000640000001365636473612d736861322d6e6973747032353600000049000000210087daae01309710491b1e671b55553691920605a7f676cda00766e4ca111d9c6c0000002040c354fc2fb4703d5b43c98c70483cbbf73c06ab56af842421cacec273f75968';

async function open(name: string): Promise<DecryptedKey> {
  const file = parseKeyFile(fixture(name));
  if (file.kind === 'encrypted') return await file.decrypt(text.encode('pass1'), offload);
  return {
    comment: file.comment,
    rawComment: file.rawComment,
    publicKey: file.publicKey,
    fields: await file.fields(offload),
  };
}

async function signHello(name: string): Promise<Uint8Array> {
  const { publicKey, fields } = await open(name);
  const key = await fields.load(offload);
  return await key.sign(hello, algorithmOf[publicKey.type]);
}

describe("Pageant's test vectors", () => {
  it.each([
    'pageant-ed25519.ppk',
    'pageant-ed25519.ppk-argon2id',
    'pageant-ed25519.ppk2',
    'pageant-ed25519.ppk2-aes',
  ])('%s gives the same Ed25519 signature as Pageant', async (name) => {
    expect((await open(name)).comment).toBe('enc eddsa 255');
    expect(await signHello(name)).toEqual(signatureIn(ed25519Reply));
  });

  it('pageant-ed448.ppk gives the same Ed448 signature as Pageant', async () => {
    expect(await signHello('pageant-ed448.ppk')).toEqual(signatureIn(ed448Reply));
  });

  it('pageant-p256.ppk: nonces are random here, so both signatures are verified instead of compared', async () => {
    const { publicKey } = await open('pageant-p256.ppk');
    const ours = await signHello('pageant-p256.ppk');
    expect(await verifySignature(publicKey, signatureIn(p256Reply), hello, offload)).toBe(true);
    expect(await verifySignature(publicKey, ours, hello, offload)).toBe(true);
  });

  it('refuses another passphrase', async () => {
    const file = parseKeyFile(fixture('pageant-ed25519.ppk-argon2id')) as EncryptedKeyFile;
    await expect(file.decrypt(text.encode('pass2'), offload)).rejects.toMatchObject({
      code: 'wrong-passphrase',
    });
  });
});
