// Keys as the window shows them.
import type {
  CertificateView,
  DestinationsView,
  KeyDetails,
  KeyView,
  ValidityView,
} from '../../../ipc/contract/keys.ts';
import { cut } from '../../../text/foreign-text.ts';
import type { PermittedStep } from '../../agent/ring/destination-constraints.ts';
import { isRestorable } from '../../agent/ring/is-restorable.ts';
import type { KeySummary } from '../../agent/ring/key-administration.ts';
import { formatPublicKeyLine } from '../../keys/files/public-key-line.ts';
import { certificateDate, validityOf } from '../../keys/kinds/certificate-validity.ts';
import { parsePublicKey } from '../../keys/kinds/parse-public-key.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import { kindName } from '../../keys/kinds/shared/key-types.ts';
import type { Certificate } from '../../keys/kinds/shared/public-key.ts';

const maxCharacters = 1024;
const maxNames = 64;

function validityView(certificate: Certificate, now: Date): ValidityView {
  const state = validityOf(certificate, now);
  const end = certificateDate(certificate.validBefore);
  const leftMs = end === undefined ? 0 : end.getTime() - now.getTime();
  return { state, ...(leftMs > 0 && { secondsLeft: Math.ceil(leftMs / 1000) }) };
}

/** `now` is the time of day. */
export function keyView(key: KeySummary, now: Date): KeyView {
  return {
    id: key.id,
    algorithm: key.algorithm,
    kind: kindName(key.type, key.bits),
    bits: key.bits,
    comment: cut(key.comment, maxCharacters),
    fingerprint: key.fingerprint,
    md5Fingerprint: key.md5Fingerprint,
    state: key.state,
    ...(key.store && {
      home: {
        kind: key.store.kind,
        title: cut(key.store.title, maxCharacters),
        isReachable: key.store.state.status !== 'unreachable',
        need: key.need,
      },
    }),
    confirm: key.confirm,
    confirmIsConstraint: key.confirmIsConstraint,
    ...(key.secondsLeft !== undefined && { secondsLeft: key.secondsLeft }),
    ...(key.clientSecondsLeft !== undefined && { programSecondsLeft: key.clientSecondsLeft }),
    restricted: key.permittedSteps !== undefined,
    isCertificate: key.certificate !== undefined,
    ...(key.certificate && { validity: validityView(key.certificate, now) }),
    isRestorable: isRestorable(key),
  };
}

/** ISO 8601; undefined for a date that is no limit. */
const dateOf = (seconds: bigint) => certificateDate(seconds)?.toISOString();

function optionText(option: Certificate['criticalOptions'][number]): string {
  // The data of the options that OpenSSH knows is one `string`; others are shown by name alone.
  const text = new TextDecoder().decode(option.data.subarray(4));
  return cut(option.data.length > 4 ? `${option.name}: ${text}` : option.name, maxCharacters);
}

function certificateView(certificate: Certificate): CertificateView {
  const validAfter = dateOf(certificate.validAfter);
  const validBefore = dateOf(certificate.validBefore);
  return {
    type: certificate.type,
    serial: certificate.serial.toString(),
    keyId: cut(certificate.keyId, maxCharacters),
    principals: certificate.principals.slice(0, maxNames).map((name) => cut(name, maxCharacters)),
    ...(validAfter !== undefined && { validAfter }),
    ...(validBefore !== undefined && { validBefore }),
    criticalOptions: certificate.criticalOptions.slice(0, maxNames).map(optionText),
    extensions: certificate.extensions.slice(0, maxNames).map(optionText),
    signedBy: sha256Fingerprint(certificate.signatureKeyBlob),
  };
}

function destinationsView(steps: readonly PermittedStep[]): DestinationsView {
  const shown = steps.slice(0, maxNames).map(({ from, to, user }) => ({
    ...(from !== undefined && { from: cut(from, maxCharacters) }),
    to: cut(to, maxCharacters),
    ...(user !== undefined && { user: cut(user, maxCharacters) }),
  }));
  return { steps: shown, more: steps.length - shown.length };
}

export function keyDetails(key: KeySummary, now: Date): KeyDetails {
  return {
    ...keyView(key, now),
    ...(key.permittedSteps && { destinations: destinationsView(key.permittedSteps) }),
    publicKeyLine: formatPublicKeyLine(parsePublicKey(key.blob), cut(key.comment, maxCharacters)),
    ...(key.certificate && { certificate: certificateView(key.certificate) }),
  };
}
