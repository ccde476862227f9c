// Durations as people say them.

/** Counts a value received earlier down to now. All but the seconds are by `performance.now()`. */
export function secondsLeftNow(secondsLeft: number, receivedAtMs: number, nowMs: number): number {
  return Math.max(0, Math.round(secondsLeft - (nowMs - receivedAtMs) / 1000));
}

/** The two largest units, for example `2 h 5 min`; under ten minutes with seconds. */
export function durationText(seconds: number): string {
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  const rest = Math.floor(seconds % 60);
  if (minutes >= 10 || (minutes > 0 && rest === 0)) return `${minutes} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}
