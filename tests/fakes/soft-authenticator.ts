// A security key in software: real keys and signatures with flags and counter, and a person who touches it when the test says.
import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
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

const { touch, verify, resident } = securityKeyFlag;
const secretBytes = 32;
const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest();
const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

function ed25519Of(secret: Uint8Array): { privateKey: KeyObject; point: Uint8Array } {
  // The private key of RFC 8410 has its public half in it for nobody here.
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, point: Uint8Array.from(spki.subarray(-32)) };
}

function p256Of(secret: Uint8Array): { privateKey: KeyObject; point: Uint8Array } {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(secret);
  const point = Uint8Array.from(ecdh.getPublicKey());
  const [x, y] = [b64(point.subarray(1, 33)), b64(point.subarray(33))];
  const jwk = { kty: 'EC', crv: 'P-256', x, y, d: b64(secret) };
  return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), point };
}

/** A handle has all that is needed, as that of soft-security-key.c: the algorithm, the private half, of which application. */
function openHandle(handle: Uint8Array, algorithm: SecurityKeyAlgorithm, application: string) {
  const isOurs =
    handle[0] === (algorithm === 'ed25519' ? 1 : 0) &&
    Buffer.compare(handle.subarray(1 + secretBytes), sha256(application)) === 0;
  if (!isOurs)
    throw new SecurityKeyError(
      'The key is not in this security key.',
      'Insert the security key that it was made with.',
    );
  const secret = handle.subarray(1, 1 + secretBytes);
  return algorithm === 'ed25519' ? ed25519Of(secret) : p256Of(secret);
}

export class SoftAuthenticator implements Authenticator {
  readonly title = 'soft security key';
  /** What is kept inside. */
  readonly #kept: ResidentCredential[] = [];
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
    const { algorithm, application } = request;
    const { privateKey } = openHandle(request.keyHandle, algorithm, application);
    if ((request.flags & verify) !== 0) this.#assertPin(request.pin);
    if ((request.flags & touch) !== 0) await this.#touched(signal, waitsFor);
    const flags = request.flags & (touch | verify);
    const counter = ++this.#counter;
    const counterBytes = Buffer.alloc(4);
    counterBytes.writeUInt32BE(counter);
    const signed = [sha256(application), Uint8Array.of(flags), counterBytes, sha256(request.data)];
    const signature = sign(algorithm === 'ed25519' ? null : 'sha256', Buffer.concat(signed), {
      key: privateKey,
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
    const secret = randomBytes(secretBytes);
    // Below the order of P-256 for sure.
    secret[0] = (secret[0] as number) & 0x7f;
    const keyHandle = Uint8Array.from([algorithm === 'ed25519' ? 1 : 0, ...secret, ...sha256(application)]);
    const { point } = openHandle(keyHandle, algorithm, application);
    const credential = { algorithm, application, flags, user, point, keyHandle };
    if ((flags & resident) !== 0) this.#kept.push(credential);
    return credential;
  }

  residentKeys(pin: Uint8Array | undefined): Promise<readonly ResidentCredential[]> {
    this.#assertPin(pin);
    return Promise.resolve([...this.#kept]);
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
