// The public half of a key as CNG exports it: BCRYPT_RSAKEY_BLOB and BCRYPT_ECCKEY_BLOB of bcrypt.h.

export type CngPublicKey =
  | { readonly kind: 'rsa'; readonly n: Uint8Array; readonly e: Uint8Array }
  | {
      readonly kind: 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521';
      /** 04, X, Y. */
      readonly point: Uint8Array;
    };

const RSA_PUBLIC_MAGIC = 0x3141_5352;
/** By magic: those for ECDSA, and those for ECDH, as which some cards have keys that sign. */
const curves: Readonly<
  Record<number, { readonly kind: 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521'; readonly bytes: number }>
> = {
  827540293: { kind: 'ecdsa-p256', bytes: 32 },
  861094725: { kind: 'ecdsa-p384', bytes: 48 },
  894649157: { kind: 'ecdsa-p521', bytes: 66 },
  827016005: { kind: 'ecdsa-p256', bytes: 32 },
  860570437: { kind: 'ecdsa-p384', bytes: 48 },
  894124869: { kind: 'ecdsa-p521', bytes: 66 },
};

/** Undefined for what is none of these, or not as long as it says. */
export function readPublicBlob(blob: Uint8Array): CngPublicKey | undefined {
  if (blob.length < 8) return undefined;
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const magic = view.getUint32(0, true);
  const curve = curves[magic];
  if (curve) {
    const { kind, bytes } = curve;
    if (view.getUint32(4, true) !== bytes || blob.length < 8 + 2 * bytes) return undefined;
    return { kind, point: Uint8Array.of(4, ...blob.subarray(8, 8 + 2 * bytes)) };
  }
  if (magic !== RSA_PUBLIC_MAGIC || blob.length < 24) return undefined;
  const [exponentBytes, modulusBytes] = [view.getUint32(8, true), view.getUint32(12, true)];
  if (exponentBytes === 0 || modulusBytes === 0 || blob.length < 24 + exponentBytes + modulusBytes)
    return undefined;
  return {
    kind: 'rsa',
    e: blob.slice(24, 24 + exponentBytes),
    n: blob.slice(24 + exponentBytes, 24 + exponentBytes + modulusBytes),
  };
}
