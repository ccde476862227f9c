// The bindings of Windows' key storage with what Wine has of it: keys that live as long as they are open. Prints JSON.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { StorageError } from '../../../ipc/win32/key-storage/storage-error.ts';
import type { SigningHash } from '../../../ipc/win32/key-storage/storage-key.ts';
import { StorageProvider, storageProviders } from '../../../ipc/win32/key-storage/storage-provider.ts';

const data = Buffer.from('what SSH signs');
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

function makeAndSign(): object {
  using provider = new StorageProvider(storageProviders.software);
  const owner = { window: 0n, context: 'New SSH key “ö”' };
  using key = provider.create({ algorithm: 'RSA', name: 'sallyport-wine', bits: 3072, owner });
  const publicKey = key.publicKey();
  if (publicKey?.kind !== 'rsa') throw new Error('no RSA key');
  const jwk = { kty: 'RSA', n: base64url(publicKey.n), e: base64url(publicKey.e) };
  const verifier = createPublicKey({ format: 'jwk', key: jwk });
  const signs = (hash: SigningHash) =>
    verify(hash, data, verifier, key.sign('rsa', hash, createHash(hash).update(data).digest()));
  return { bytes: publicKey.n.length, sha256: signs('sha256'), sha512: signs('sha512') };
}

let answer: object;
try {
  answer = makeAndSign();
} catch (error) {
  if (!(error instanceof StorageError)) throw error;
  answer = { failed: error.message };
}
process.stdout.write(JSON.stringify(answer));
