// How long keys that are added stay, as people write it.
import { UsageError } from '../command.ts';

const maxLifetimeSeconds = 0xffff_ffff;

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** As in sshd_config(5), TIME FORMATS: 600, 10m, 1h30m; NaN for what is none. */
function secondsOf(text: string): number {
  if (!/^(?:[0-9]{1,10}[smhdw])*[0-9]{1,10}[smhdw]?$/i.test(text)) return Number.NaN;
  const parts = text.toLowerCase().matchAll(/([0-9]+)([smhdw]?)/g);
  return [...parts].reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitSeconds[unit] ?? 0), 0);
}

/** The value of `--lifetime`: a time of at least a second and at most what the protocol carries. */
export function parseLifetime(text: string | undefined): { readonly lifetimeSeconds?: number } {
  if (text === undefined) return {};
  const seconds = secondsOf(text);
  if (seconds >= 1 && seconds <= maxLifetimeSeconds) return { lifetimeSeconds: seconds };
  throw new UsageError(
    `--lifetime takes seconds, or a time as 10m, 1h30m, 2d or 1w, of 1 to ${maxLifetimeSeconds} seconds.`,
  );
}
