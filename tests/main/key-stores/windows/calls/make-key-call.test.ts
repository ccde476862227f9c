// Certificates in the person's store, which any program of theirs may put there.
import { expect, it, vi } from 'vitest';
import { StorageError } from '../../../../../ipc/win32/key-storage/storage-error.ts';
import { makeKeyCall } from '../../../../../main/key-stores/windows/calls/make-key-call.ts';

const store = vi.hoisted(() => ({ container: '', isOpened: false }));

vi.mock('../../../../../ipc/win32/key-storage/certificate-store.ts', () => ({
  thumbprintOf: () => 'ab'.repeat(20),
  visitCertificates: (visit: (certificate: unknown) => unknown) =>
    visit({
      encoded: new Uint8Array(8),
      title: 'Mallory',
      keyPlace: {
        provider: 'Microsoft Passport Key Storage Provider',
        container: store.container,
        isLegacy: false,
        legacyKeySpec: 0,
        isMachineKey: false,
      },
      openKey() {
        store.isOpened = true;
        throw new Error('opened');
      },
    }),
}));

it.each(['unlock', 'Unlock'])(
  'leaves out a certificate that names a key which opens a passphrase (%s)',
  (scope) => {
    store.container = `S-1-5-21-1//Sallyport/${scope}/0123456789abcdef`;
    expect(makeKeyCall.certificates({ known: [] })).toMatchObject([{ leftOut: 'no-key' }]);
    const place = { thumbprint: 'ab'.repeat(20) };
    const sign = () =>
      makeKeyCall.sign({ place, kind: 'rsa', hash: 'sha256', data: new Uint8Array(1), owner: {} });
    expect(sign).toThrow(StorageError);
    expect(store.isOpened).toBe(false);
  },
);
