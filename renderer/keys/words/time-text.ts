// Points in time in the person's own way of writing them.

const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const precise = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** For example `12 Nov 2026, 14:05`; `iso` is ISO 8601. */
export function timeText(iso: string): string {
  return dateAndTime.format(new Date(iso));
}

/** With weekday, seconds and time zone. */
export function preciseTimeText(iso: string): string {
  return precise.format(new Date(iso));
}
