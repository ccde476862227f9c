// Every kind of key. A new one is its names in key-types.ts, its own files, and a line here.
import { dsa } from './dsa-kind.ts';
import { ecdsa } from './ecdsa-kind.ts';
import { ed448, ed25519 } from './edwards-kinds.ts';
import type { KeyKind } from './key-kind.ts';
import type { KeyType } from './key-types.ts';
import { rsa } from './rsa-kind.ts';

export const keyKinds: Readonly<Record<KeyType, KeyKind>> = {
  rsa,
  dsa,
  'ecdsa-p256': ecdsa('ecdsa-p256'),
  'ecdsa-p384': ecdsa('ecdsa-p384'),
  'ecdsa-p521': ecdsa('ecdsa-p521'),
  ed25519,
  ed448,
};
