// The types of key that can be made, in the order in which they are advised.
import type { NewKeyType, NewSecurityKeyType } from '../../../ipc/contract/key-files.ts';

interface KeyTypeChoice {
  readonly value: string;
  readonly label: string;
  /** One that lives in a security key has wishes of its own. */
  readonly type: Exclude<NewKeyType, { kind: NewSecurityKeyType }> | { readonly kind: NewSecurityKeyType };
}

export const newKeyTypes: readonly [KeyTypeChoice, ...KeyTypeChoice[]] = [
  { value: 'ed25519', label: 'Ed25519 (recommended)', type: { kind: 'ed25519' } },
  {
    value: 'mldsa44-ed25519',
    label: 'Post-quantum (ML-DSA-44 + Ed25519)',
    type: { kind: 'mldsa44-ed25519' },
  },
  { value: 'sk-ed25519', label: 'Ed25519 in a security key', type: { kind: 'sk-ed25519' } },
  {
    value: 'sk-ecdsa-p256',
    label: 'ECDSA P-256 in a security key (older ones, too)',
    type: { kind: 'sk-ecdsa-p256' },
  },
  { value: 'ecdsa-p256', label: 'ECDSA P-256', type: { kind: 'ecdsa-p256' } },
  { value: 'ecdsa-p384', label: 'ECDSA P-384', type: { kind: 'ecdsa-p384' } },
  { value: 'ecdsa-p521', label: 'ECDSA P-521', type: { kind: 'ecdsa-p521' } },
  { value: 'rsa-3072', label: 'RSA 3072', type: { kind: 'rsa', bits: 3072 } },
  { value: 'rsa-4096', label: 'RSA 4096', type: { kind: 'rsa', bits: 4096 } },
  { value: 'rsa-8192', label: 'RSA 8192 (slow)', type: { kind: 'rsa', bits: 8192 } },
  { value: 'rsa-2048', label: 'RSA 2048 (for old servers)', type: { kind: 'rsa', bits: 2048 } },
];

/** Whether the type lives in a security key. */
export const isSecurityKey = (type: KeyTypeChoice['type']): type is { readonly kind: NewSecurityKeyType } =>
  type.kind.startsWith('sk-');
