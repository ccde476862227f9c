// The keys in groups by where they live, in which the window shows them.
import type { KeyView } from '../../../ipc/contract/keys.ts';

type Place = 'here' | NonNullable<KeyView['home']>['kind'];

export interface KeyGroup {
  readonly place: Place;
  readonly keys: readonly KeyView[];
}

const placeOf = ({ home }: KeyView): Place => home?.kind ?? 'here';

/** The keys are in the order in which the agent offers them, and so are the groups by their first keys. Pure. */
export function groupKeys(keys: readonly KeyView[]): readonly KeyGroup[] {
  const groups = new Map<Place, KeyView[]>();
  for (const key of keys) {
    const group = groups.get(placeOf(key));
    if (group === undefined) groups.set(placeOf(key), [key]);
    else group.push(key);
  }
  return [...groups].map(([place, members]) => ({ place, keys: members }));
}

/**
 * Where the key goes among all keys without certificates (0 is first) when it is offered earlier or later by one step
 * that is seen: past its neighbour in the group, or as the first of its group past the group above. Undefined: nowhere.
 */
export function placeAfterStep(
  keys: readonly KeyView[],
  key: KeyView,
  direction: 'up' | 'down',
): number | undefined {
  if (key.isCertificate) return undefined;
  const movable = keys.filter((other) => !other.isCertificate);
  const groups = groupKeys(movable);
  const groupIndex = groups.findIndex((group) => group.keys.some(({ id }) => id === key.id));
  const members = groups[groupIndex]?.keys ?? [];
  const place = members.findIndex(({ id }) => id === key.id);
  const neighbour =
    direction === 'down' ? members[place + 1] : (members[place - 1] ?? groups[groupIndex - 1]?.keys[0]);
  return neighbour && movable.indexOf(neighbour);
}
