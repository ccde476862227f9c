// Keys of tokens in the agent, with the certificates that come with message 26.
import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TokenList } from '../../../../main/key-stores/pkcs11/library/token-messages.ts';
import type { TokenLibrary } from '../../../../main/key-stores/pkcs11/token-library.ts';
import { TokenStore } from '../../../../main/key-stores/pkcs11/token-store.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { request, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const success = 6;
const failure = 5;
const data = Uint8Array.of(1, 2, 3);
const base64 = (blob: Uint8Array) => Buffer.from(blob).toString('base64');

/** A token that wants no PIN. */
function agentWithToken() {
  const key = ed25519Key();
  const signed: string[] = [];
  const facts = { id: 't', label: 'token', maker: 'm', model: 'o', serial: '1' };
  const keys = [{ blob: base64(key.blob), label: 'key' }];
  const latest: TokenList = {
    library: 'library',
    tokens: [{ ...facts, pin: 'none', tries: 'many', isOpen: false, keys }],
  };
  const library: Partial<TokenLibrary> = {
    path: '/lib.so',
    latest,
    list: async () => latest,
    lock: () => {},
    onChanged: () => () => {},
    async sign({ blob, algorithm, data: what }) {
      signed.push(base64(blob));
      return new WireWriter()
        .text(algorithm)
        .string(sign(null, what, key.keyObject))
        .finish();
    },
  };
  const tokens = {
    list: () => [],
    add: () => Promise.resolve(),
    remove: () => Promise.resolve(true),
    storeOf: (_path: string, certificates?: ConstructorParameters<typeof TokenStore>[1]) =>
      Promise.resolve(new TokenStore(library as TokenLibrary, certificates)),
  };
  const test = testAgent({ host: { doors: () => [], agentId: new Uint8Array(16), tokens } });
  const client = test.connect();
  const add = (isOnly: number, ...certificates: readonly Uint8Array[]) => {
    const all = new WireWriter();
    for (const certificate of certificates) all.string(certificate);
    const extension = new WireWriter().byte(isOnly).string(all.finish()).finish();
    const name = 'associated-certs-v00@openssh.com';
    return client.status(request(26).text('/lib.so').text('').byte(255).text(name).bytes(extension));
  };
  const listed = async () => (await client.list()).map(({ blob }) => base64(blob)).sort();
  return { key, signed, client, add, listed };
}

describe('certificates that are given with a library', () => {
  it('are listed beside the keys that they are of, and used by them', async () => {
    const { key, signed, client, add, listed } = agentWithToken();
    const certificate = madeUpCertificate(key.blob);
    const ofAnother = madeUpCertificate(ed25519Key().blob);
    expect(await add(0, certificate, ofAnother, Uint8Array.of(1, 2))).toBe(success);
    expect(await listed()).toEqual([key.blob, certificate].map(base64).sort());
    const signature = (await client.sign(certificate, data)) ?? new Uint8Array();
    expect(key.verify(signature, data)).toBe(true);
    expect(signed).toEqual([base64(key.blob)]);
    expect(await client.sign(ofAnother, data)).toBeUndefined();
  });

  it('are alone there where the client wants that, and none then hides all', async () => {
    const { key, add, listed } = agentWithToken();
    const certificate = madeUpCertificate(key.blob);
    expect(await add(1, certificate)).toBe(success);
    expect(await listed()).toEqual([base64(certificate)]);
    expect(await add(1)).toBe(failure);
  });

  it('are refused where they are more than a library may have keys', async () => {
    const { key, add, listed } = agentWithToken();
    const many = Array.from({ length: 2000 }, () => Uint8Array.of(1));
    expect(await add(0, madeUpCertificate(key.blob), ...many)).toBe(failure);
    expect(await listed()).toEqual([]);
  });
});
