// Points in time in the person's own way of writing them.

interface TimeFormats {
  /** For example `12 Nov 2026, 14:05`; `iso` is ISO 8601. */
  readonly time: (iso: string) => string;
  /** A day that is one in UTC: `28 November 2026`. */
  readonly day: (iso: string) => string;
  /** With weekday, seconds and time zone. */
  readonly precise: (iso: string) => string;
}

/** What the system calls a way of writing may be none that is known here: `C`, say. */
function knownLocale(locale: string | undefined): string | undefined {
  try {
    return locale === undefined ? undefined : Intl.DateTimeFormat.supportedLocalesOf(locale)[0];
  } catch {
    return undefined;
  }
}

const made = new Map<string | undefined, TimeFormats>();

/** `locale` is BCP 47; where it is not known, times are written as in the language of the page. */
export function timeFormats(locale: string | undefined): TimeFormats {
  const present = made.get(locale);
  if (present !== undefined) return present;
  const known = knownLocale(locale);
  const time = new Intl.DateTimeFormat(known, { dateStyle: 'medium', timeStyle: 'short' });
  const precise = new Intl.DateTimeFormat(known, { dateStyle: 'full', timeStyle: 'long' });
  const day = new Intl.DateTimeFormat(known, { dateStyle: 'long', timeZone: 'UTC' });
  const formats: TimeFormats = {
    time: (iso) => time.format(new Date(iso)),
    day: (iso) => day.format(new Date(iso)),
    precise: (iso) => precise.format(new Date(iso)),
  };
  made.set(locale, formats);
  return formats;
}

const units = [
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
] as const;

/** "3 minutes ago"; undefined for what is a day old, or in the future as the clock was set. `nowMs` is the time of day. */
export function agoText(iso: string, nowMs: number): string | undefined {
  const seconds = (nowMs - Date.parse(iso)) / 1000;
  if (!(seconds >= 0)) return undefined;
  if (seconds < 60) return 'Just now';
  for (const [below, size, unit] of units)
    if (seconds < below) {
      const count = Math.floor(seconds / size);
      return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
    }
  return undefined;
}
