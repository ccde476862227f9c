// The tokens of one library, each with the session that is open with it: a token stays signed in as long as it has one.
import { createHash } from 'node:crypto';
import { secretCopy } from '../../../keys/encoding/secret-array.ts';
import type { Cryptoki, TokenInfo } from './cryptoki.ts';
import { CryptokiError, tokenFlag, userType } from './cryptoki-numbers.ts';
import { signOnToken } from './sign-on-token.ts';
import { type KeyOnToken, keysOnToken } from './token-keys.ts';
import { maxTokens, type Token, type TokenList, type TokenSignature } from './token-messages.ts';

/** A PIN is kept for a key that wants it again for its first signature, and no longer than this. */
const freshPinMs = 30_000;

class OpenToken {
  readonly slot: bigint;
  readonly #library: Cryptoki;
  info: TokenInfo;
  /** Another one says the same of itself. */
  isDouble = false;
  #session: bigint | undefined;
  #isOpen = false;
  #freshPin: { readonly bytes: Uint8Array; readonly timer: NodeJS.Timeout } | undefined;

  constructor(library: Cryptoki, slot: bigint, info: TokenInfo) {
    this.#library = library;
    this.slot = slot;
    this.info = info;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  has(flag: bigint): boolean {
    return (this.info.flags & flag) !== 0n;
  }

  get pin(): Token['pin'] {
    if (!this.has(tokenFlag.LOGIN_REQUIRED)) return 'none';
    return this.has(tokenFlag.PROTECTED_AUTHENTICATION_PATH) ? 'at-reader' : 'typed';
  }

  /** In a session, which is opened anew where the token was away meanwhile. */
  within<T>(act: (session: bigint) => T): T {
    try {
      this.#session ??= this.#library.openSession(this.slot);
      return act(this.#session);
    } catch (error) {
      if (!(error instanceof CryptokiError && error.message === 'no-token')) throw error;
      this.forget();
      this.#session = this.#library.openSession(this.slot);
      return act(this.#session);
    }
  }

  /** One try. SECURITY: never another by itself, as a token counts them; none where it is locked already. */
  login(pin: Uint8Array): void {
    this.info = this.#library.tokenInfo(this.slot);
    if (this.has(tokenFlag.USER_PIN_LOCKED)) throw new CryptokiError('pin-locked');
    // Else a PIN of another time would be taken for this one.
    this.lock();
    // In a session that was opened just now: of one that had gone meanwhile all that was asked is asked again.
    this.#closeSession();
    this.#session = this.#library.openSession(this.slot);
    this.#library.login(this.#session, userType.USER, pin);
    this.#isOpen = true;
    this.#keepFresh(pin);
  }

  lock(): void {
    this.#dropPin();
    if (this.#session === undefined) return;
    this.#isOpen = false;
    try {
      this.#library.logout(this.#session);
    } catch (error) {
      if (!(error instanceof CryptokiError)) throw error;
      // Not signed in, or gone.
    }
  }

  #closeSession(): void {
    const session = this.#session;
    this.forget();
    try {
      if (session !== undefined) this.#library.closeSession(session);
    } catch (error) {
      if (!(error instanceof CryptokiError)) throw error;
    }
  }

  /** It has gone, and what was open with it. */
  forget(): void {
    this.#dropPin();
    this.#session = undefined;
    this.#isOpen = false;
  }

  sign(key: KeyOnToken, request: TokenSignature): Uint8Array {
    try {
      return this.within((session) => {
        this.#assertOpen(session);
        return signOnToken(this.#library, session, key, request, () => this.#authenticate(session));
      });
    } catch (error) {
      if (error instanceof CryptokiError && error.message === 'pin-needed') this.#isOpen = false;
      throw error;
    }
  }

  #assertOpen(session: bigint): void {
    if (this.#isOpen || this.pin === 'none') return;
    if (this.pin === 'typed') throw new CryptokiError('pin-needed');
    this.#library.login(session, userType.USER, undefined);
    this.#isOpen = true;
  }

  /** For one signature of a key that wants the PIN each time. */
  #authenticate(session: bigint): void {
    const fresh = this.#freshPin;
    if (this.pin === 'typed' && fresh === undefined) throw new CryptokiError('pin-needed');
    try {
      this.#library.login(session, userType.CONTEXT_SPECIFIC, fresh?.bytes);
    } finally {
      this.#dropPin();
    }
  }

  #keepFresh(pin: Uint8Array): void {
    const timer = setTimeout(() => this.#dropPin(), freshPinMs).unref();
    this.#freshPin = { bytes: secretCopy(pin), timer };
  }

  #dropPin(): void {
    clearTimeout(this.#freshPin?.timer);
    this.#freshPin?.bytes.fill(0);
    this.#freshPin = undefined;
  }
}

function triesOf(token: OpenToken): Token['tries'] {
  if (token.has(tokenFlag.USER_PIN_LOCKED)) return 'none';
  if (token.has(tokenFlag.USER_PIN_FINAL_TRY)) return 'one';
  return token.has(tokenFlag.USER_PIN_COUNT_LOW) ? 'few' : 'many';
}

/** What names a token wherever it is put in. */
const nameOf = ({ maker, model, serial, label }: TokenInfo) =>
  createHash('sha256')
    .update(JSON.stringify([maker, model, serial, label]))
    .digest('hex')
    .slice(0, 32);

export class Tokens {
  readonly #library: Cryptoki;
  /** By id. */
  #tokens = new Map<string, OpenToken>();
  /** By the id of the token, and by the blob. */
  readonly #keys = new Map<string, Map<string, KeyOnToken>>();

  constructor(library: Cryptoki) {
    this.#library = library;
  }

  list(): TokenList {
    const { description } = this.#library;
    this.#lookAtSlots();
    const tokens = [...this.#tokens].map(([id, token]) => this.#describe(id, token));
    return { library: description.slice(0, 200), tokens };
  }

  /** SECURITY: of two that can't be told apart one may have been put in to be given the PIN of the other. */
  open(id: string, pin: Uint8Array): void {
    this.#lookAtSlots();
    const token = this.#token(id);
    if (token.isDouble) throw new CryptokiError('double');
    token.login(pin);
  }

  lock(id: string): void {
    this.#tokens.get(id)?.lock();
  }

  sign(request: TokenSignature): Uint8Array {
    const token = this.#token(request.token);
    const key = this.#keys.get(request.token)?.get(textOf(request.blob));
    if (key === undefined) throw new CryptokiError('no-key');
    return token.sign(key, request);
  }

  #token(id: string): OpenToken {
    if (!this.#tokens.has(id)) this.list();
    const token = this.#tokens.get(id);
    if (token === undefined) throw new CryptokiError('no-token');
    return token;
  }

  #lookAtSlots(): void {
    const now = new Map<string, OpenToken>();
    const doubles = new Set<string>();
    for (const slot of this.#library.slots()) {
      const info = this.#infoOf(slot);
      if (info === undefined || now.size >= maxTokens) continue;
      // Two that can't be told apart are told by their slots.
      const name = nameOf(info);
      if (now.has(name)) doubles.add(name);
      const id = now.has(name) ? `${name}-${slot}`.slice(0, 64) : name;
      const known = this.#tokens.get(id);
      const token = known?.slot === slot ? known : new OpenToken(this.#library, slot, info);
      token.info = info;
      now.set(id, token);
    }
    for (const token of now.values()) token.isDouble = doubles.has(nameOf(token.info));
    for (const [id, token] of this.#tokens) {
      if (now.get(id) === token) continue;
      token.forget();
      this.#keys.delete(id);
    }
    this.#tokens = now;
  }

  /** Undefined where there is no token that could have keys. */
  #infoOf(slot: bigint): TokenInfo | undefined {
    try {
      const info = this.#library.tokenInfo(slot);
      return (info.flags & tokenFlag.TOKEN_INITIALIZED) === 0n ? undefined : info;
    } catch (error) {
      if (error instanceof CryptokiError) return undefined;
      throw error;
    }
  }

  #describe(id: string, token: OpenToken): Token {
    const { label, maker, model, serial } = token.info;
    let keys: readonly KeyOnToken[] = [];
    try {
      keys = token.within((session) => keysOnToken(this.#library, session));
    } catch (error) {
      // Pulled out just now; the others are listed.
      if (!(error instanceof CryptokiError)) throw error;
    }
    this.#keys.set(id, new Map(keys.map((key) => [textOf(key.publicKey.blob), key])));
    return {
      ...{ id, label, maker, model, serial, pin: token.pin, tries: triesOf(token), isOpen: token.isOpen },
      keys: keys.map(({ publicKey, label: name }) => ({ blob: textOf(publicKey.blob), label: name })),
    };
  }
}

const textOf = (blob: Uint8Array) => Buffer.from(blob).toString('base64');
