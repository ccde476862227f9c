// How old this program is, in words that window and command share. Nothing is fetched to tell: the date is in the build.

/** What the program knows of itself. */
export interface ThisVersion {
  readonly version: string;
  /** Of its commit, in UTC: "2026-11-28". Undefined where it was built of sources without their history. */
  readonly madeOn?: string;
  /** The page with newer ones; undefined where nobody has said which that is (`repository` in package.json). */
  readonly newerAt?: string;
}

/** From then on a version is old: Electron mends its major versions for about as long (docs/release.md). */
export const oldAfterMonths = 6;

const dayMs = 86_400_000;
const averageMonthMs = 30.44 * dayMs;

/** Of whole days, then of whole months. Undefined where the clock stands before that day. `nowMs` is the time of day. */
export function versionAge(madeOn: string, nowMs: number): string | undefined {
  const ageMs = nowMs - Date.parse(madeOn);
  if (!(ageMs >= 0)) return undefined;
  const [count, unit] =
    ageMs < 2 * averageMonthMs
      ? [Math.floor(ageMs / dayMs), 'day']
      : [Math.floor(ageMs / averageMonthMs), 'month'];
  return count === 0 ? 'less than a day old' : `${count} ${unit}${count === 1 ? '' : 's'} old`;
}

/** Where newer ones are, as a sentence. */
export function newerVersions({ newerAt }: ThisVersion): string {
  const place = newerAt === undefined ? 'where you got this one' : `at ${newerAt}`;
  return `Sallyport looks for no updates by itself: newer versions are ${place}.`;
}

/** What an old version means; undefined for one that is not old. */
export function oldVersion({ madeOn }: ThisVersion, nowMs: number): string | undefined {
  if (madeOn === undefined || !(nowMs - Date.parse(madeOn) >= oldAfterMonths * averageMonthMs))
    return undefined;
  return `This version of Sallyport is ${versionAge(madeOn, nowMs)}. It lacks what was mended since then in Sallyport, and in the Electron and Node.js that it is built on.`;
}
