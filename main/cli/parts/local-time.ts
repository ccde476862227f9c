// Times for the terminal: of the person's own zone, which is said, and in an order that sorts.

const padded = (value: number) => String(value).padStart(2, '0');

/** `2026-11-12 15:05:33 +01:00` of ISO 8601; what is no time is left as it is. */
export function localTimeText(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const east = -time.getTimezoneOffset();
  const zone = `${east < 0 ? '-' : '+'}${padded(Math.floor(Math.abs(east) / 60))}:${padded(Math.abs(east) % 60)}`;
  const date = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(padded).join('-');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(padded).join(':');
  return `${date} ${clock} ${zone}`;
}
