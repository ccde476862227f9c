// What we and the program with a PKCS#11 library say to each other.
import * as v from 'valibot';
import { MalformedMessageError, WireReader, WireWriter } from '../../../keys/encoding/wire.ts';
import type { SignatureAlgorithm } from '../../../keys/kinds/shared/key-types.ts';

/** The program's name in `main/library-host.ts`. */
export const pkcs11Program = 'pkcs11';

/** More than a library may show at once. */
export const maxTokens = 16;
export const maxKeysPerToken = 256;

const text = v.pipe(v.string(), v.maxLength(200));

const keySchema = v.object({
  /** A public key blob, in base64. */
  blob: v.pipe(v.string(), v.maxLength(8192)),
  label: text,
});

const tokenSchema = v.object({
  /** The same at each start. */
  id: v.pipe(v.string(), v.maxLength(64)),
  label: text,
  maker: text,
  model: text,
  serial: text,
  /** How the person opens it. */
  pin: v.picklist(['none', 'typed', 'at-reader']),
  /** How many wrong PINs it takes before it is locked for good, as far as it tells. */
  tries: v.picklist(['many', 'few', 'one', 'none']),
  /** Opened by a PIN now. */
  isOpen: v.boolean(),
  keys: v.pipe(v.array(keySchema), v.maxLength(maxKeysPerToken)),
});

const listSchema = v.object({
  library: text,
  tokens: v.pipe(v.array(tokenSchema), v.maxLength(maxTokens)),
});

export type Token = v.InferOutput<typeof tokenSchema>;
export type TokenList = v.InferOutput<typeof listSchema>;

export const encodeTokenList = (list: TokenList): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(list));

/** Throws MalformedMessageError: the library could have the process say anything. */
export function parseTokenList(body: Uint8Array): TokenList {
  try {
    return v.parse(listSchema, JSON.parse(new TextDecoder().decode(body)));
  } catch {
    throw new MalformedMessageError('not a list of tokens');
  }
}

/** `waits`: it is to tell when a token comes or goes. */
export const encodeLoad = (path: string, waits: boolean): Uint8Array =>
  new WireWriter().text(path).boolean(waits).finish();

export function parseLoad(body: Uint8Array): { readonly path: string; readonly waits: boolean } {
  const reader = new WireReader(body);
  return { path: reader.readText(), waits: reader.readBoolean() };
}

/** To be wiped by who sends it. */
export const encodeOpen = (token: string, pin: Uint8Array): Uint8Array =>
  new WireWriter().text(token).string(pin).finish();

export function parseOpen(body: Uint8Array): { readonly token: string; readonly pin: Uint8Array } {
  const reader = new WireReader(body);
  return { token: reader.readText(), pin: reader.readString() };
}

export interface TokenSignature {
  readonly token: string;
  readonly blob: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly data: Uint8Array;
}

export const encodeSignature = ({ token, blob, algorithm, data }: TokenSignature): Uint8Array =>
  new WireWriter().text(token).string(blob).text(algorithm).string(data).finish();

export function parseSignature(body: Uint8Array): TokenSignature {
  const reader = new WireReader(body);
  return {
    token: reader.readText(),
    blob: reader.readString(),
    algorithm: reader.readText() as SignatureAlgorithm,
    data: reader.readString(),
  };
}
