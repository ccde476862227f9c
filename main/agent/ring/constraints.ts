// RFC 9987 §5.2.7: what a client asks of the agent for a key. A constraint is enforced or the key is refused.
import { MalformedMessageError, type WireReader } from '../../keys/encoding/wire.ts';
import { RefusedError } from '../protocol/errors.ts';
import { constraintNumber } from '../protocol/message-numbers.ts';
import {
  type DestinationConstraint,
  parseDestinationConstraints,
  sameDestinations,
} from './destination-constraints.ts';

export interface KeyConstraints {
  readonly lifetimeSeconds?: number;
  readonly confirm: boolean;
  readonly destinations?: readonly DestinationConstraint[];
}

export const unconstrained: KeyConstraints = { confirm: false };

/** What stands among the constraints of an add. */
export interface AddedConstraints extends KeyConstraints {
  /** By which library its security key is reached, as the client names it: nothing that holds for the key later. */
  readonly securityKeyProvider?: string;
}

function refuseRepeated(isRepeated: boolean): void {
  if (isRepeated) throw new MalformedMessageError('repeated constraint');
}

/**
 * Reads constraints up to the end of the message. Throws for an unknown, repeated or malformed one. `readCertificates` reads
 * OpenSSH's certificates for keys of tokens, which are nothing for other keys.
 */
export function readConstraints(
  reader: WireReader,
  readCertificates?: (reader: WireReader) => void,
): AddedConstraints {
  let constraints: AddedConstraints = unconstrained;
  while (reader.remaining > 0) {
    switch (reader.readByte()) {
      case constraintNumber.SSH_AGENT_CONSTRAIN_LIFETIME: {
        refuseRepeated(constraints.lifetimeSeconds !== undefined);
        // Zero, too: the key is gone at once, as with OpenSSH's agent.
        constraints = { ...constraints, lifetimeSeconds: reader.readUint32() };
        break;
      }
      case constraintNumber.SSH_AGENT_CONSTRAIN_CONFIRM:
        refuseRepeated(constraints.confirm);
        constraints = { ...constraints, confirm: true };
        break;
      case constraintNumber.SSH_AGENT_CONSTRAIN_EXTENSION:
        constraints = { ...constraints, ...readExtension(reader, constraints, readCertificates) };
        break;
      default:
        throw new RefusedError('unknown constraint');
    }
  }
  return constraints;
}

/** OpenSSH's. */
function readExtension(
  reader: WireReader,
  present: AddedConstraints,
  readCertificates: ((reader: WireReader) => void) | undefined,
): Partial<AddedConstraints> {
  switch (reader.readText()) {
    case 'restrict-destination-v00@openssh.com':
      refuseRepeated(present.destinations !== undefined);
      return { destinations: parseDestinationConstraints(reader.readString()) };
    case 'sk-provider@openssh.com':
      refuseRepeated(present.securityKeyProvider !== undefined);
      return { securityKeyProvider: reader.readText() };
    case 'associated-certs-v00@openssh.com':
      if (readCertificates === undefined) break;
      readCertificates(reader);
      return {};
  }
  throw new RefusedError('unknown constraint extension');
}

export function asksForAnything({ confirm, lifetimeSeconds, destinations }: KeyConstraints): boolean {
  return confirm || lifetimeSeconds !== undefined || destinations !== undefined;
}

/**
 * Both sets at once but for the lifetime, whose end only the key ring knows. For an add that does not prove that
 * the adder has the private key: SECURITY: without this a client could strip `confirm` by adding any file with
 * the same public half.
 */
export function tightened(present: KeyConstraints, added: KeyConstraints): KeyConstraints {
  // Two different restrictions can't both be kept in one list; keeping either alone would loosen the other.
  if (
    present.destinations &&
    added.destinations &&
    !sameDestinations(present.destinations, added.destinations)
  )
    throw new RefusedError('key is already restricted to destinations');
  const destinations = present.destinations ?? added.destinations;
  return {
    confirm: present.confirm || added.confirm,
    ...(destinations && { destinations }),
  };
}

/**
 * What holds when both were asked for by those who prove nothing; `leftSeconds` are left of the lifetime of `present`, none
 * when it has ended. SECURITY: nobody loosens what another has asked for.
 */
export function constraintsTogether(
  present: KeyConstraints,
  added: KeyConstraints,
  leftSeconds: number | undefined,
): KeyConstraints {
  const joint = tightened(present, added);
  const isEnded = leftSeconds === undefined || leftSeconds <= 0;
  const lifetimes = [
    ...(isEnded ? [] : [leftSeconds]),
    ...(added.lifetimeSeconds === undefined ? [] : [added.lifetimeSeconds]),
  ];
  return { ...joint, ...(lifetimes.length > 0 && { lifetimeSeconds: Math.min(...lifetimes) }) };
}
