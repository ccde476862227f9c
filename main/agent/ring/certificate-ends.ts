// What happens when the time of a certificate is over: by the time of day, which may be set, and by nobody's request.
import {
  type CertificateValidity,
  certificateDate,
  certificateDateText,
  certificateGraceMs as graceMs,
  validityOf,
} from '../../keys/kinds/certificate-validity.ts';
import type { Certificate } from '../../keys/kinds/shared/public-key.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import { RefusedError } from '../protocol/errors.ts';
import type { Identity } from './identity.ts';
import type { Group, KeyGroups, Slot } from './key-groups.ts';

/** How long the person is told of one that a program added: programs that renew theirs by the hour would fill the ring. */
const toldMs = 24 * 3_600_000;

/** A plain key always is valid. */
export function validityOfIdentity({ publicKey }: Identity, now: Date): CertificateValidity {
  return publicKey.certificate ? validityOf(publicKey.certificate, now) : 'valid';
}

/**
 * Whether a list for programs has it. One that begins later is there, as the server's clock decides, which may be ahead of
 * ours. One that came in clear and whose private half is gone is not, though the time of day was set back since.
 */
export function isOfUse(identity: Identity, now: Date): boolean {
  return validityOfIdentity(identity, now) !== 'expired' && !identity.key.isGone;
}

/** Times of day, in milliseconds since 1970: from the first until just before the other. */
export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The times of day around `now` at which `validityOfIdentity` is for each of them what it is now. */
export function sameValidity(identities: readonly Identity[], now: Date): Stretch {
  const nowMs = now.getTime();
  let [fromMs, untilMs] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { publicKey } of identities) {
    const { certificate } = publicKey;
    if (certificate === undefined) continue;
    for (const seconds of [certificate.validAfter, certificate.validBefore]) {
      const turnMs = Number(seconds) * 1000;
      if (turnMs <= nowMs) fromMs = Math.max(fromMs, turnMs);
      else untilMs = Math.min(untilMs, turnMs);
    }
  }
  return { fromMs, untilMs };
}

/** Throws RefusedError for a certificate whose time is over. */
export function assertOfUse(identity: Identity, now: Date): void {
  const { certificate } = identity.publicKey;
  if (certificate && validityOf(certificate, now) === 'expired')
    throw new RefusedError(`the certificate expired on ${certificateDateText(certificate.validBefore)}`);
  if (identity.key.isGone)
    throw new RefusedError(
      'the private key was dropped when its certificate expired; it has to be added again',
    );
}

interface RingSide {
  readonly groups: KeyGroups;
  /** What is left of the key is judged anew, and everybody told. */
  readonly settle: (group: Group | undefined) => void;
  readonly remove: (identity: Identity) => void;
}

export class CertificateEnds {
  readonly #ports: Pick<AgentPorts, 'clock' | 'now'>;
  readonly #ring: RingSide;
  #dueMs = Number.POSITIVE_INFINITY;
  #stopTimer = () => {};
  /** When their time was seen to be past, on the clock's scale. */
  readonly #overSinceMs = new WeakMap<Slot, number>();

  constructor(ports: Pick<AgentPorts, 'clock' | 'now'>, ring: RingSide) {
    this.#ports = ports;
    this.#ring = ring;
  }

  /**
   * When `check` has something to do next, on the clock's scale: that goes on with a time of day which is set forward, so
   * that no turn is missed.
   */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** An identity has come, or was changed. */
  watch({ publicKey: { certificate } }: Identity): void {
    if (!certificate) return;
    const now = this.#ports.now();
    // Where its time is over already that is seen at once.
    this.#wakeIn(isOver(certificate, now) ? 0 : msToNextTurn(certificate, now));
  }

  /** Whether no private half is held for the identity any more, as it is a certificate and its time is past. */
  isOver({ identity }: Slot): boolean {
    const { certificate } = identity.publicKey;
    return certificate !== undefined && isOver(certificate, this.#ports.now());
  }

  /** Timers may be late: what is due happens before anybody looks. */
  check(): void {
    const { clock } = this.#ports;
    if (clock.elapsedMs() < this.#dueMs) return;
    const now = this.#ports.now();
    const nowMs = clock.elapsedMs();
    this.#stopTimer();
    this.#dueMs = Number.POSITIVE_INFINITY;
    const { groups } = this.#ring;
    const turned = new Set<Group | undefined>();
    const told: Slot[] = [];
    for (const slot of groups.slots) {
      const { certificate } = slot.identity.publicKey;
      if (!certificate) continue;
      this.#wakeIn(msToNextTurn(certificate, now));
      turned.add(groups.groupOf(slot));
      if (!isOver(certificate, now)) this.#overSinceMs.delete(slot);
      else if (this.#restToTell(slot, nowMs) <= 0) told.push(slot);
    }
    for (const group of turned) this.#ring.settle(group);
    for (const { identity } of told) this.#ring.remove(identity);
  }

  /** How long it stays for the person to see, and wakes then; for ever when there is a file, or it lives elsewhere. */
  #restToTell(slot: Slot, nowMs: number): number {
    if (slot.forms.size > 0 || slot.identity.key.store) return Number.POSITIVE_INFINITY;
    const sinceMs = this.#overSinceMs.get(slot) ?? nowMs;
    this.#overSinceMs.set(slot, sinceMs);
    const restMs = sinceMs + toldMs - nowMs;
    if (restMs > 0) this.#wakeIn(restMs);
    return restMs;
  }

  #wakeIn(ms: number): void {
    const { clock } = this.#ports;
    const dueMs = clock.elapsedMs() + ms;
    if (dueMs >= this.#dueMs) return;
    this.#stopTimer();
    this.#dueMs = dueMs;
    this.#stopTimer = clock.schedule(ms, () => this.check());
  }
}

/** Its end, and the grace after it, are past. */
function isOver({ validBefore }: Certificate, now: Date): boolean {
  return validityOf({ validAfter: 0n, validBefore }, new Date(now.getTime() - graceMs)) === 'expired';
}

/** Until it begins, ends, or has ended long enough; Infinity: nothing of that comes. */
function msToNextTurn({ validAfter, validBefore }: Certificate, now: Date): number {
  const end = certificateDate(validBefore)?.getTime() ?? Number.POSITIVE_INFINITY;
  const begin = certificateDate(validAfter)?.getTime() ?? Number.POSITIVE_INFINITY;
  const turns = [begin, end, end + graceMs].map((turn) => turn - now.getTime());
  return Math.min(...turns.filter((ms) => ms > 0));
}
