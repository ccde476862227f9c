// Which entries a bounded list keeps, when other machines may add to it, too.

/**
 * The latest `max` of the list, which has the oldest first. SECURITY: what came from other machines goes first where it
 * takes more than a quarter of the places, so that a flood of theirs can't push out what was done on this one; nor can
 * that hide all of theirs.
 */
export function keepLatest<T>(list: T[], max: number, isHere: (item: T) => boolean): T[] {
  const surplus = list.length - max;
  if (surplus <= 0) return list;
  const fromElsewhere = list.filter((item) => !isHere(item)).length;
  let goElsewhere = Math.min(surplus, Math.max(0, fromElsewhere - Math.floor(max / 4)));
  let goHere = surplus - goElsewhere;
  return list.filter((item) => (isHere(item) ? --goHere : --goElsewhere) < 0);
}
