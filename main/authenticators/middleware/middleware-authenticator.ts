// Security keys by a library of middleware, in a process of its own.
import { foreignText } from '../../../text/foreign-text.ts';
import type { Clock } from '../../basics/clock.ts';
import {
  type Assertion,
  type AssertionRequest,
  type Authenticator,
  type AuthenticatorWait,
  type EnrollmentRequest,
  type ResidentCredential,
  type SecurityKeyCredential,
  SecurityKeyError,
  SecurityKeyPinError,
  securityKeyFlag,
} from '../../keys/authenticator.ts';
import { MalformedMessageError } from '../../keys/encoding/wire.ts';
import type { StartLibraryProcess } from '../../library-process/library-channel.ts';
import { LibraryProcess, LibraryProcessError } from '../../library-process/library-process.ts';
import {
  encodeAssertionRequest,
  encodeEnrollmentRequest,
  encodePin,
  middlewareFault,
  middlewareProgram,
  parseAssertion,
  parseCredential,
  parseResidentKeys,
} from './library/middleware-messages.ts';

type WaitsFor = (what: AuthenticatorWait) => void;

/** Reading and checking a library, before it is asked anything. */
const loadMs = 10_000;
/** A person looks for their security key; after this the process is ended. */
const touchMs = 5 * 60_000;
const maxDetailCharacters = 200;

type Sentences = readonly [reason: string, remedy: string];

const another = 'Is it the middleware that was meant? See what its maker says.';
const nonsense: Sentences = ['The middleware’s answer makes no sense.', another];

const byFault: Readonly<Record<string, (detail: string) => Sentences>> = {
  [middlewareFault.unloadable]: (detail) => [
    `The library can’t be loaded (${detail}).`,
    'It may be for another kind of processor, or need a library that is not here.',
  ],
  [middlewareFault.noInterface]: () => [
    'The library is none for security keys: it has no functions of OpenSSH’s sk-api.h.',
    another,
  ],
  [middlewareFault.version]: (detail) => [
    `The library speaks version ${detail} of OpenSSH’s interface for security keys; known are 7 to 10.`,
    'Use a version of it for OpenSSH 8.4 or later.',
  ],
  [middlewareFault.unsupported]: () => [
    'The security key can’t do that.',
    'An Ed25519 key, a resident one, or one that wants the PIN needs a newer security key than an ECDSA one does.',
  ],
  [middlewareFault.noDevice]: () => [
    'No security key that has this key was found.',
    'Insert the security key that it was made with, and try again.',
  ],
  [middlewareFault.exists]: () => [
    'The security key has a resident key for this application and user already.',
    'Use that one, or make the new one with another user.',
  ],
  [middlewareFault.nonsense]: () => nonsense,
};
const general: Sentences = [
  'The security key, or its middleware, failed.',
  'Insert the security key again, touch it while it blinks, and try once more.',
];

const byTrouble: Readonly<Record<Exclude<LibraryProcessError['trouble'], 'failed'>, Sentences>> = {
  crashed: ['The middleware has crashed.', 'Try again. If it crashes each time, use another version of it.'],
  stuck: [
    'The middleware does not answer.',
    'Insert the security key again. If that does not help, use another version of the middleware.',
  ],
  'too-long': ['What is to be signed is too long for a security key.', 'Sign something shorter.'],
  closed: ['The middleware was ended.', 'Try again.'],
};

function inWords(error: unknown, hadPin: boolean): unknown {
  if (error instanceof MalformedMessageError) return new SecurityKeyError(...nonsense);
  if (!(error instanceof LibraryProcessError)) return error;
  if (error.trouble !== 'failed') return new SecurityKeyError(...byTrouble[error.trouble]);
  const [fault = '', ...rest] = error.message.split(':');
  const detail = foreignText(rest.join(':').trim(), maxDetailCharacters);
  if (fault === middlewareFault.pin)
    // sk-api.h has one number for both.
    return hadPin
      ? new SecurityKeyPinError(
          'The PIN is wrong, or the security key takes no more of them.',
          'Type the PIN of the security key. After eight wrong ones it is locked.',
        )
      : new SecurityKeyPinError('The security key wants its PIN.', 'Type the PIN of the security key.');
  return new SecurityKeyError(...(byFault[fault]?.(detail) ?? general));
}

export interface MiddlewareOptions {
  readonly start: StartLibraryProcess;
  readonly clock: Clock;
  /** Looked up each time that the library is loaded. Throws SecurityKeyError where it may not be. */
  readonly pathToLoad: () => string;
}

interface Question {
  readonly operation: string;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
  /** Left out: the person need not touch anything. */
  readonly waitsFor?: WaitsFor;
  readonly pin?: Uint8Array | undefined;
}

export class MiddlewareAuthenticator implements Authenticator {
  readonly title: string;
  readonly #process: LibraryProcess;
  /** How many wait for a security key. */
  #inUse = 0;

  /** `title` is for the person. The library is loaded at the first use. */
  constructor(title: string, { start, clock, pathToLoad }: MiddlewareOptions) {
    this.title = title;
    this.#process = new LibraryProcess({
      program: middlewareProgram,
      start,
      clock,
      prepare: async (ask) => {
        const body = new TextEncoder().encode(pathToLoad());
        await ask({ operation: 'load', body, limitMs: loadMs });
      },
    });
  }

  /** Somebody waits for a security key, so that whoever asks for anything else waits for a touch. */
  get isInUse(): boolean {
    return this.#inUse > 0;
  }

  /** Rejects as `sign` does where the library is none that can be used. Asks no security key. */
  async check(signal: AbortSignal): Promise<void> {
    await this.#ask({ operation: 'check', body: new Uint8Array(), signal }, () => undefined);
  }

  async sign(request: AssertionRequest, signal: AbortSignal, waitsFor: WaitsFor): Promise<Assertion> {
    const { flags, pin } = request;
    const isTouched = (flags & (securityKeyFlag.touch | securityKeyFlag.verify)) !== 0;
    const body = encodeAssertionRequest(request);
    return await this.#ask(
      { operation: 'sign', body, signal, pin, ...(isTouched && { waitsFor }) },
      parseAssertion,
    );
  }

  async enroll(
    request: EnrollmentRequest,
    signal: AbortSignal,
    waitsFor: WaitsFor,
  ): Promise<SecurityKeyCredential> {
    const body = encodeEnrollmentRequest(request);
    return await this.#ask({ operation: 'enroll', body, signal, waitsFor, pin: request.pin }, (reply) => {
      const made = parseCredential(reply);
      if (made.algorithm !== request.algorithm || made.application !== request.application)
        throw new MalformedMessageError('another key than was asked for');
      return made;
    });
  }

  async residentKeys(
    pin: Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<readonly ResidentCredential[]> {
    const body = encodePin(pin);
    return await this.#ask({ operation: 'resident-keys', body, signal, pin }, parseResidentKeys);
  }

  /** Ends its process. */
  close(): void {
    this.#process.close();
  }

  /** Wipes `body`. */
  async #ask<T>(question: Question, read: (reply: Uint8Array) => T): Promise<T> {
    const { operation, body, signal, waitsFor, pin } = question;
    const use = operation === 'check' ? 0 : 1;
    this.#inUse += use;
    try {
      waitsFor?.('touch');
      return read(await this.#process.call({ operation, body, limitMs: touchMs, signal }));
    } catch (error) {
      signal.throwIfAborted();
      throw inWords(error, pin !== undefined);
    } finally {
      this.#inUse -= use;
      body.fill(0);
      waitsFor?.(undefined);
    }
  }
}
