// When a certificate is valid, and what its dates are to the person.
import { describe, expect, it } from 'vitest';
import {
  certificateDate,
  certificateDateText,
  validityOf,
} from '../../../../main/keys/kinds/certificate-validity.ts';

const forever = 2n ** 64n - 1n;
const seconds = BigInt(Date.UTC(2026, 10, 2, 8) / 1000);
const at = (offsetMs: number) => new Date(Number(seconds) * 1000 + offsetMs);

describe('a certificate', () => {
  it.each([
    ['from its first moment', { validAfter: seconds, validBefore: forever }, 0, 'valid'],
    ['not before', { validAfter: seconds, validBefore: forever }, -1, 'not-yet'],
    ['to its last moment', { validAfter: 0n, validBefore: seconds }, -1, 'valid'],
    ['not from its end on', { validAfter: 0n, validBefore: seconds }, 0, 'expired'],
    ['for ever', { validAfter: 0n, validBefore: forever }, 8e14, 'valid'],
    ['beyond any calendar', { validAfter: 0n, validBefore: forever - 1n }, 8e14, 'valid'],
    ['never, when it ends at the beginning of time', { validAfter: 0n, validBefore: 0n }, 0, 'expired'],
    ['never, when it begins at the end of time', { validAfter: forever, validBefore: forever }, 0, 'not-yet'],
    [
      'never, when it ends before it begins',
      { validAfter: seconds + 9n, validBefore: seconds },
      0,
      'expired',
    ],
  ] as const)('is valid %s', (_, dates, offsetMs, validity) => {
    expect(validityOf(dates, at(offsetMs))).toBe(validity);
  });

  it('has dates where they are limits that a calendar has', () => {
    expect(certificateDate(seconds)?.toISOString()).toBe('2026-11-02T08:00:00.000Z');
    for (const none of [0n, forever, forever - 1n, 10n ** 16n]) expect(certificateDate(none)).toBeUndefined();
    expect(certificateDateText(seconds)).toBe('2026-11-02 08:00 UTC');
    expect(certificateDateText(0n)).toBe('1970-01-01 00:00 UTC');
  });
});
