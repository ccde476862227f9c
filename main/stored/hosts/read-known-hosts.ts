// The hosts that the person knows: what a key can be restricted to, and what they may mean when they begin to type one.
import { maxConfigBytes, maxHostFileBytes } from './file-host-names.ts';
import type { HostFiles } from './host-files.ts';
import { type HostKeyEntry, isPattern } from './host-key-entry.ts';
import { forEachLine, forEachValue } from './in-pieces.ts';
import { parseKnownHostsLine } from './known-hosts.ts';
import { type PuttyHostKey, parsePuttyHostKey, parsePuttyHostKeyLine } from './putty-host-keys.ts';
import { SshConfigHosts } from './ssh-config-hosts.ts';
import { WatchedTextFile } from './watched-text-file.ts';

/** What is in the known_hosts files, in their order. */
export interface KnownHosts {
  readonly entries: readonly HostKeyEntry[];
  /** Why there may be more, in sentences for the person. */
  readonly problems: readonly string[];
}

const maxEntries = 50_000;
const maxNames = 2000;

async function readLines(
  path: string,
  maxBytes: number,
  take: (line: string) => void,
  complain: (sentences: string) => void,
): Promise<void> {
  const file = new WatchedTextFile(path, maxBytes, complain);
  await file.refresh();
  await forEachLine(file.text, take);
}

/** Reads known_hosts now. Never rejects: what can't be read, or could be another's work, is as if it were not there. */
export async function readKnownHosts(paths: readonly string[]): Promise<KnownHosts> {
  const entries: HostKeyEntry[] = [];
  const problems: string[] = [];
  const take = (line: string) => {
    const entry = parseKnownHostsLine(line);
    if (entry && entries.length < maxEntries) entries.push(entry);
  };
  for (const path of paths)
    await readLines(path, maxHostFileBytes, take, (problem) => problems.push(problem));
  return { entries, problems };
}

/**
 * Names of hosts to be offered while one is typed, as known_hosts has them (`[host]:2222` for another port): those that it
 * does not keep hashed, and those of ssh's config. Sorted; 2000 at the most. Never rejects.
 */
export async function hostNamesToOffer({
  knownHosts,
  sshConfig,
}: Pick<HostFiles, 'knownHosts' | 'sshConfig'>): Promise<readonly string[]> {
  const { entries } = await readKnownHosts(knownHosts);
  const names = new Set<string>();
  for (const { role, patterns } of entries)
    if (role === 'host')
      for (const pattern of patterns)
        if (!pattern.startsWith('!') && !isPattern(pattern) && names.size < maxNames) names.add(pattern);
  const config = new SshConfigHosts();
  await readLines(
    sshConfig,
    maxConfigBytes,
    (line) => config.take(line),
    () => undefined,
  );
  for (const name of config.plainNames()) if (names.size < maxNames) names.add(name);
  return [...names].sort();
}

/** The same of PuTTY's store, by `readRegistry` where that is one. Never rejects. */
export async function puttyNamesToOffer(
  { puttyHostKeys }: Pick<HostFiles, 'puttyHostKeys'>,
  readRegistry: () => Promise<readonly PuttyHostKey[]>,
): Promise<readonly string[]> {
  const names = new Set<string>();
  const take = (entry: HostKeyEntry | undefined) => {
    for (const name of entry?.patterns ?? []) if (names.size < maxNames) names.add(name);
  };
  for (const path of puttyHostKeys)
    await readLines(
      path,
      maxHostFileBytes,
      (line) => take(parsePuttyHostKeyLine(line)),
      () => undefined,
    );
  await forEachValue(await readRegistry().catch(() => []), (value) => take(parsePuttyHostKey(value)));
  return [...names].sort();
}
