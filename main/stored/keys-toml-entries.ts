// The entries of `keys.toml` that Sallyport wrote itself: the only ones that it changes, and nothing else in the file.
import { keysTomlEntry, maxHosts, readKeysToml } from './keys-toml.ts';

interface OwnEntry {
  readonly start: number;
  readonly end: number;
  /** Where its line of hosts begins and ends. */
  readonly line: readonly [number, number];
  readonly hosts: readonly string[];
  /** Nothing but what we wrote stands in it. */
  readonly isWhole: boolean;
}

/** As `keysTomlEntry` writes it. What only looks like one, within a text of many lines, is found out by `isAsMeant`. */
const ownForm =
  /^\[\[key\]\]\r?\nname = "(?:[^"\\\r\n]|\\[^\r\n])*"\r?\nkey = "SHA256:[\w+/]{43}"\r?\n(hosts = \[[^\r\n]*\])(?:\r?\n|$)/gm;

function ownEntries(text: string, key: string): OwnEntry[] {
  return [...text.matchAll(ownForm)].flatMap((match) => {
    const [whole, line = ''] = match;
    const { hosts, problems } = readKeysToml(whole);
    const ofKey = hosts.get(key);
    if (ofKey === undefined || problems.length > 0) return [];
    const lineStart = match.index + whole.indexOf(line, whole.lastIndexOf('\nhosts'));
    const end = match.index + whole.length;
    const isWhole = /^(?:[ \t]*(?:\r?\n|$)|\[)/.test(text.slice(end, end + 200));
    return [{ start: match.index, end, line: [lineStart, lineStart + line.length], hosts: ofKey, isWhole }];
  });
}

/** The text with these hosts in the entry, which goes where none are left. */
function rewritten(text: string, entry: OwnEntry, hosts: readonly string[]): string {
  const [lineStart, lineEnd] = entry.line;
  if (hosts.length > 0 || !entry.isWhole)
    return `${text.slice(0, lineStart)}hosts = [${hosts.map((host) => JSON.stringify(host)).join(', ')}]${text.slice(lineEnd)}`;
  // With the empty line that was put before it.
  return text.slice(0, entry.start).replace(/(\n|^)\r?\n$/, '$1') + text.slice(entry.end);
}

/** The text with more hosts for the key: in the entry of ours that it has, else in a new one at the end. */
export function withHosts(text: string, key: string, name: string, hosts: readonly string[]): string {
  const own = ownEntries(text, key).findLast((entry) => entry.hosts.length + hosts.length <= maxHosts);
  if (own !== undefined) return rewritten(text, own, [...own.hosts, ...hosts]);
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${start}${start === '' ? '' : '\n'}${keysTomlEntry(key, name, hosts)}`;
}

/** The text without the host in entries of ours. */
export function withoutHost(text: string, key: string, host: string): string {
  // From the last one on, so that the places of those before it stay.
  return ownEntries(text, key)
    .toReversed()
    .filter(({ hosts }) => hosts.includes(host))
    .reduce(
      (left, entry) =>
        rewritten(
          left,
          entry,
          entry.hosts.filter((other) => other !== host),
        ),
      text,
    );
}

/** The hosts of the key that entries say which the person wrote, so that it is theirs to take them out. */
export function hostsByHand(text: string, key: string): readonly string[] {
  const others = ownEntries(text, key)
    .toReversed()
    .reduce((left, entry) => rewritten(left, entry, []), text);
  const read = readKeysToml(others);
  const all = readKeysToml(text).hosts.get(key) ?? [];
  return read.problems.length > readKeysToml(text).problems.length ? all : (read.hosts.get(key) ?? []);
}

/** All that a file says but for the hosts of one key; how many problems it has, whose places may move. */
function others(text: string, key: string): string {
  const { hosts, orders, levels, problems, isBroken, hasStrayLevel } = readKeysToml(text);
  const ofOthers = [...hosts].filter(([other]) => other !== key).toSorted();
  return JSON.stringify([ofOthers, [...orders], [...levels], problems.length, isBroken, hasStrayLevel]);
}

/**
 * Whether the changed text says for the key just these hosts, in any order, and else what it said before. SECURITY: no level
 * gets lost.
 */
export function isAsMeant(before: string, after: string, key: string, hosts: readonly string[]): boolean {
  const ofKey = (list: readonly string[]) => JSON.stringify([...new Set(list)].toSorted());
  return (
    others(before, key) === others(after, key) &&
    ofKey(readKeysToml(after).hosts.get(key) ?? []) === ofKey(hosts)
  );
}
