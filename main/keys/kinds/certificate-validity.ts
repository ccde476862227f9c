// When a certificate is valid (OpenSSH PROTOCOL.certkeys): by the time of day, from one second to just before another.
import type { Certificate } from './shared/public-key.ts';

type Dates = Pick<Certificate, 'validAfter' | 'validBefore'>;

export type CertificateValidity = 'not-yet' | 'valid' | 'expired';

const forever = 2n ** 64n - 1n;

/**
 * After a certificate's end its private half is held so much longer, as long as ssh-add has agents hold both: a clock that
 * is put right by some minutes then has lost nothing.
 */
export const certificateGraceMs = 5 * 60_000;

/** As servers and OpenSSH's programs see it. */
export function validityOf({ validAfter, validBefore }: Dates, now: Date): CertificateValidity {
  const seconds = BigInt(Math.floor(now.getTime() / 1000));
  if (validBefore <= seconds) return 'expired';
  return validAfter <= seconds ? 'valid' : 'not-yet';
}

/** A date of a certificate; undefined for one that is no limit, or beyond what a calendar can say. */
export function certificateDate(seconds: bigint): Date | undefined {
  if (seconds === 0n || seconds === forever) return undefined;
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** For the person, to the minute, for example `2026-11-02 08:00 UTC`; of the year 1970 where a certificate never was valid. */
export function certificateDateText(seconds: bigint): string {
  const [day, time] = (certificateDate(seconds) ?? new Date(0)).toISOString().split('T');
  return `${day} ${time?.slice(0, 5)} UTC`;
}
