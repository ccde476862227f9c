// Every kind of key. A new one is its names in key-types.ts, its own files, and a line here.
import { dsa } from './dsa/dsa-kind.ts';
import { ecdsa } from './ecdsa/ecdsa-kind.ts';
import { ed448, ed25519 } from './edwards/edwards-kinds.ts';
import { mldsaEd25519 } from './mldsa-ed25519/mldsa-ed25519-kind.ts';
import { rsa } from './rsa/rsa-kind.ts';
import { securityKey } from './security-key/security-key-kinds.ts';
import type { KeyKind } from './shared/key-kind.ts';
import type { KeyType } from './shared/key-types.ts';

export const keyKinds: Readonly<Record<KeyType, KeyKind>> = {
  rsa,
  dsa,
  'ecdsa-p256': ecdsa('ecdsa-p256'),
  'ecdsa-p384': ecdsa('ecdsa-p384'),
  'ecdsa-p521': ecdsa('ecdsa-p521'),
  ed25519,
  ed448,
  'mldsa44-ed25519': mldsaEd25519('mldsa44-ed25519'),
  'mldsa44-ed25519@openssh.com': mldsaEd25519('mldsa44-ed25519@openssh.com'),
  'sk-ed25519': securityKey('sk-ed25519'),
  'sk-ecdsa-p256': securityKey('sk-ecdsa-p256'),
};
