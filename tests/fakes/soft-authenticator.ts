// A security key in software: real keys and signatures with flags and counter, and a person who touches it when the test says.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  type Assertion,
  type AssertionRequest,
  type Authenticator,
  type Authenticators,
  type AuthenticatorWait,
  type EnrollmentRequest,
  type ResidentCredential,
  type SecurityKeyAlgorithm,
  type SecurityKeyCredential,
  SecurityKeyError,
  SecurityKeyPinError,
  securityKeyFlag,
} from '../../main/keys/authenticator.ts';

interface SoftCredential extends ResidentCredential {
  readonly privateKey: KeyObject;
}

const { touch, verify, resident } = securityKeyFlag;
const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest();
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function makeKey(algorithm: SecurityKeyAlgorithm): { privateKey: KeyObject; point: Uint8Array } {
  const { privateKey, publicKey } =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return { privateKey, point: Uint8Array.from(spki.subarray(algorithm === 'ed25519' ? -32 : -65)) };
}

export class SoftAuthenticator implements Authenticator {
  readonly title = 'soft security key';
  /** Of all that were enrolled, by their handles in hexadecimal. */
  readonly #credentials = new Map<string, SoftCredential>();
  /** Whoever waits for a touch. */
  readonly #waiting: (() => void)[] = [];
  /** False: `touch()` is the person's. */
  touchesAtOnce = true;
  /** Wanted wherever the person is to be verified, and to list what is kept in it. */
  pin: string | undefined;
  /** All that it was asked to sign. */
  readonly requests: AssertionRequest[] = [];
  /** How many it was busy with at the same time at the most. */
  busiest = 0;
  #busy = 0;
  #counter = 0;
  /** What becomes of each assertion before it is handed over. */
  spoil: (assertion: Assertion) => Assertion = (assertion) => assertion;

  /** How many wait for a touch. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** The person touches it, for whoever has waited longest. */
  touch(): void {
    this.#waiting.shift()?.();
  }

  async sign(
    request: AssertionRequest,
    signal: AbortSignal,
    waitsFor: (what: AuthenticatorWait) => void,
  ): Promise<Assertion> {
    // Its PIN is wiped when it is done with.
    this.requests.push({ ...request, ...(request.pin && { pin: request.pin.slice() }) });
    const credential = this.#credentials.get(hexOf(request.keyHandle));
    if (credential?.application !== request.application || credential.algorithm !== request.algorithm)
      throw new SecurityKeyError(
        'The key is not in this security key.',
        'Insert the security key that it was made with.',
      );
    if ((request.flags & verify) !== 0) this.#assertPin(request.pin);
    if ((request.flags & touch) !== 0) await this.#touched(signal, waitsFor);
    const flags = request.flags & (touch | verify);
    const counter = ++this.#counter;
    const counterBytes = Buffer.alloc(4);
    counterBytes.writeUInt32BE(counter);
    const signed = [sha256(request.application), Uint8Array.of(flags), counterBytes, sha256(request.data)];
    const signature = sign(credential.algorithm === 'ed25519' ? null : 'sha256', Buffer.concat(signed), {
      key: credential.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return this.spoil({ signature, flags, counter });
  }

  async enroll(
    { algorithm, application, flags, user, pin }: EnrollmentRequest,
    signal: AbortSignal,
    waitsFor: (what: AuthenticatorWait) => void,
  ): Promise<SecurityKeyCredential> {
    if ((flags & (verify | resident)) !== 0) this.#assertPin(pin);
    await this.#touched(signal, waitsFor);
    const { privateKey, point } = makeKey(algorithm);
    const keyHandle = Uint8Array.from(sha256(point));
    const credential = { algorithm, application, flags, user, point, keyHandle };
    this.#credentials.set(hexOf(keyHandle), { ...credential, privateKey });
    return credential;
  }

  residentKeys(pin: Uint8Array | undefined): Promise<readonly ResidentCredential[]> {
    this.#assertPin(pin);
    const all = [...this.#credentials.values()];
    return Promise.resolve(all.filter(({ flags }) => (flags & resident) !== 0));
  }

  #assertPin(given: Uint8Array | undefined): void {
    if (this.pin === undefined || new TextDecoder().decode(given) === this.pin) return;
    throw given === undefined
      ? new SecurityKeyPinError('The security key wants its PIN.', 'Type its PIN.')
      : new SecurityKeyPinError('The PIN is wrong: 7 tries are left.', 'Type the PIN of the security key.');
  }

  async #touched(signal: AbortSignal, waitsFor: (what: AuthenticatorWait) => void): Promise<void> {
    this.busiest = Math.max(this.busiest, ++this.#busy);
    try {
      waitsFor('touch');
      if (!this.touchesAtOnce) await this.#nextTouch(signal);
      waitsFor(undefined);
    } finally {
      this.#busy--;
    }
  }

  #nextTouch(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => {
        const index = this.#waiting.indexOf(resolve);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(signal.reason);
      });
    });
  }
}

/** As the agent is given them; `libraries` are on the person's list. */
export function softAuthenticators(
  own: Authenticator = new SoftAuthenticator(),
  libraries: Readonly<Record<string, Authenticator>> = {},
): Authenticators {
  return { own, byLibrary: (path) => Promise.resolve(libraries[path]) };
}
