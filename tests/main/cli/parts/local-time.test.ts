// Times as the terminal shows them: of the person's own zone, which they say.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { localTimeText } from '../../../../main/cli/parts/local-time.ts';

describe('a time in the terminal', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['Europe/Berlin', '2026-11-12T14:05:33.123Z', '2026-11-12 15:05:33 +01:00'],
    ['Europe/Berlin', '2026-07-12T22:05:33Z', '2026-07-13 00:05:33 +02:00'],
    ['America/St_Johns', '2026-01-01T01:02:03Z', '2025-12-31 21:32:03 -03:30'],
    ['UTC', '2026-11-12T14:05:33Z', '2026-11-12 14:05:33 +00:00'],
  ])('is of the zone %s', (zone, iso, text) => {
    vi.stubEnv('TZ', zone);
    expect(localTimeText(iso)).toBe(text);
    expect(Date.parse(text.replace(' ', 'T').replace(' ', ''))).toBe(
      Math.floor(Date.parse(iso) / 1000) * 1000,
    );
  });

  it('is left as it is where it is none', () => expect(localTimeText('yesterday')).toBe('yesterday'));
});
