// New keys that a security key makes and keeps: what is here of them is how it finds them again.
import { randomBytes } from 'node:crypto';
import {
  type Authenticator,
  type AuthenticatorWait,
  type EnrollmentRequest,
  type SecurityKeyAlgorithm,
  type SecurityKeyCredential,
  SecurityKeyError,
  SecurityKeyPinError,
} from '../authenticator.ts';
import type { SecretBytes } from '../encoding/secret-bytes.ts';
import { MalformedMessageError } from '../encoding/wire.ts';
import { UnsupportedKeyError } from '../key-errors.ts';
import { SecurityKeyFields } from '../kinds/security-key/security-key-private-key.ts';
import {
  maxApplicationBytes,
  type SecurityKeyType,
  securityKeyAlgorithm,
  securityKeyPublicKey,
} from '../kinds/security-key/security-key-public-key.ts';
import type { PrivateKeyFields } from '../kinds/shared/private-key-fields.ts';

export interface NewSecurityKey {
  readonly kind: SecurityKeyType;
  /** `applicationProblem` has nothing against it. */
  readonly application: string;
  /** Of `securityKeyFlag`. */
  readonly flags: number;
  /** The name that one kept inside is listed by there; may be empty. */
  readonly user: string;
}

export interface EnrollmentMeans {
  readonly authenticator: Authenticator;
  readonly signal: AbortSignal;
  readonly waitsFor: (what: AuthenticatorWait) => void;
  /** Why it is asked for, as a sentence; undefined: the person has none. It is wiped here. */
  readonly askPin: (why: string) => Promise<SecretBytes | undefined>;
}

/** As OpenSSH names them: what a security key knows its SSH keys by, beside those of websites. */
export const defaultApplication = 'ssh:';

/** What is wrong with an application, as the rest of a sentence; undefined: nothing. */
export function applicationProblem(application: string): string | undefined {
  if (!application.startsWith('ssh:')) return 'begins with “ssh:”, so that no website can be meant';
  if (/\p{Cc}/u.test(application)) return 'has no control characters, NUL among them';
  return Buffer.byteLength(application) > maxApplicationBytes
    ? `has ${maxApplicationBytes} bytes at the most`
    : undefined;
}

const challengeBytes = 32;

/**
 * Has the security key make a key, which takes a touch. The caller wipes the result. Rejects with SecurityKeyError, or with
 * the signal's reason.
 */
export async function generateSecurityKey(
  { kind, application, flags, user }: NewSecurityKey,
  { authenticator, signal, waitsFor, askPin }: EnrollmentMeans,
): Promise<PrivateKeyFields> {
  const algorithm: SecurityKeyAlgorithm = securityKeyAlgorithm[kind];
  const wish = { algorithm, application, flags, user, challenge: randomBytes(challengeBytes) };
  let pin: SecretBytes | undefined;
  try {
    for (;;) {
      const made = await enrollOnce(
        authenticator,
        { ...wish, ...(pin && { pin: pin.bytes }) },
        signal,
        waitsFor,
      );
      if (!(made instanceof SecurityKeyPinError)) return fieldsOf(kind, application, flags, made);
      pin?.wipe();
      pin = await askPin(made.message);
      if (pin === undefined) throw made;
    }
  } finally {
    pin?.wipe();
    waitsFor(undefined);
  }
}

/** The error where it wants a PIN, or another. */
async function enrollOnce(
  authenticator: Authenticator,
  request: EnrollmentRequest,
  signal: AbortSignal,
  waitsFor: EnrollmentMeans['waitsFor'],
): Promise<SecurityKeyCredential | SecurityKeyPinError> {
  try {
    return await authenticator.enroll(request, signal, waitsFor);
  } catch (error) {
    if (error instanceof SecurityKeyPinError) return error;
    throw error;
  }
}

function fieldsOf(
  kind: SecurityKeyType,
  application: string,
  flags: number,
  { point, keyHandle }: SecurityKeyCredential,
): PrivateKeyFields {
  try {
    const publicKey = securityKeyPublicKey(kind, point, new TextEncoder().encode(application));
    return new SecurityKeyFields(publicKey, flags, keyHandle);
  } catch (error) {
    if (error instanceof MalformedMessageError || error instanceof UnsupportedKeyError)
      throw new SecurityKeyError('The security key made no key that can be used.', 'Try another one.');
    throw error;
  }
}
