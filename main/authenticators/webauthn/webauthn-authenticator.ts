// Security keys by Windows' own dialog (WebAuthn), the only way that programs without administrator rights have there.
import { createHash } from 'node:crypto';
import type { WebAuthnOutcome } from '../../../ipc/win32/webauthn/webauthn-messages.ts';
import { TooManyCallsError, type WebAuthnThreads } from '../../../ipc/win32/webauthn/webauthn-thread.ts';
import {
  type Assertion,
  type AssertionRequest,
  type Authenticator,
  type AuthenticatorWait,
  type EnrollmentRequest,
  type SecurityKeyCredential,
  SecurityKeyError,
  securityKeyFlag,
} from '../../keys/authenticator.ts';
import { equalBytes, MalformedMessageError } from '../../keys/encoding/wire.ts';
import {
  authenticatorFlag,
  coseAlgorithm,
  rawSignature,
  readAttestedCredential,
  readAuthenticatorFacts,
} from './authenticator-data.ts';
import { webAuthnError } from './webauthn-failure.ts';

type WaitsFor = (what: AuthenticatorWait) => void;

const tooMany = () =>
  new SecurityKeyError(
    'Windows has not closed its dialogs about security keys.',
    'Close them. If none is to be seen, sign out of Windows and in again.',
  );

/** 32 bytes, the same for the same name: a resident key takes the place of the former one of the same user (PROTOCOL.u2f). */
const userIdOf = (user: string): Uint8Array => {
  const bytes = new TextEncoder().encode(user);
  if (bytes.length > 32) return createHash('sha256').update(bytes).digest();
  return Uint8Array.from({ length: 32 }, (_, index) => bytes[index] ?? 0);
};

/** Windows wants a name to show. */
const shownUser = (user: string) => (user === '' ? 'SSH' : user);

export class WebAuthnAuthenticator implements Authenticator {
  readonly title = 'Windows';
  readonly #threads: Pick<WebAuthnThreads, 'run'>;
  readonly #window: () => bigint | undefined;

  /** `window` tells the HWND that the dialog is to belong to; undefined: the one in the foreground. */
  constructor(threads: Pick<WebAuthnThreads, 'run'>, window: () => bigint | undefined = () => undefined) {
    this.#threads = threads;
    this.#window = window;
  }

  /** A PIN is Windows' own matter. */
  sign(request: AssertionRequest, signal: AbortSignal, waitsFor: WaitsFor): Promise<Assertion> {
    const { application, algorithm, flags, data, keyHandle } = request;
    const call = {
      kind: 'sign',
      relyingParty: application,
      clientData: data,
      credentialId: keyHandle,
      verifiesUser: (flags & securityKeyFlag.verify) !== 0,
      window: this.#window(),
    } as const;
    return this.#ask(call, signal, waitsFor, (outcome) => {
      if (outcome.kind !== 'assertion') throw new MalformedMessageError('not an assertion');
      const facts = readAuthenticatorFacts(outcome.authenticatorData, application);
      return { ...facts, signature: rawSignature(outcome.signature, algorithm) };
    });
  }

  enroll(
    request: EnrollmentRequest,
    signal: AbortSignal,
    waitsFor: WaitsFor,
  ): Promise<SecurityKeyCredential> {
    const { application, algorithm, flags, user, challenge } = request;
    const verifiesUser = (flags & securityKeyFlag.verify) !== 0;
    const call = {
      kind: 'enroll',
      relyingParty: application,
      clientData: challenge,
      algorithm: coseAlgorithm[algorithm],
      userId: userIdOf(user),
      userName: shownUser(user),
      verifiesUser,
      isResident: (flags & securityKeyFlag.resident) !== 0,
      window: this.#window(),
    } as const;
    return this.#ask(call, signal, waitsFor, (outcome) => {
      if (outcome.kind !== 'credential') throw new MalformedMessageError('not a credential');
      const made = readAttestedCredential(outcome.authenticatorData, application, algorithm);
      if (!equalBytes(made.keyHandle, outcome.credentialId))
        throw new MalformedMessageError('two key handles for one key');
      // SECURITY: a key that is to be used by its owner alone is not one that anybody can use who touches it.
      if (verifiesUser && (made.flags & authenticatorFlag.userVerified) === 0)
        throw new SecurityKeyError(
          'The security key did not make sure who you are.',
          'Set a PIN for it in Windows’ settings (Accounts, Sign-in options, Security key), and try again.',
        );
      return { algorithm, point: made.point, keyHandle: made.keyHandle, application, flags };
    });
  }

  async #ask<T>(
    call: Parameters<WebAuthnThreads['run']>[0],
    signal: AbortSignal,
    waitsFor: WaitsFor,
    read: (outcome: WebAuthnOutcome) => T,
  ): Promise<T> {
    try {
      const outcome = await this.#threads.run(call, signal, () => waitsFor('system-dialog'));
      if (outcome.kind === 'failed' || outcome.kind === 'missing') throw webAuthnError(outcome);
      return read(outcome);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TooManyCallsError) throw tooMany();
      throw error instanceof SecurityKeyError ? error : webAuthnError({ kind: 'nonsense' });
    } finally {
      waitsFor(undefined);
    }
  }
}
