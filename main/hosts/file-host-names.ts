// Names for host keys from the person's files: read when first needed, and again when they have changed.
import type { HostNames } from '../agent/host-names.ts';
import type { HostFiles } from './host-files.ts';
import type { HostKeyEntry } from './host-key-entry.ts';
import { HostKeyIndex } from './host-key-index.ts';
import { parseKnownHostsLine } from './known-hosts.ts';
import { type PuttyHostKey, parsePuttyHostKey, parsePuttyHostKeyLine } from './putty-host-keys.ts';
import { sshConfigHosts } from './ssh-config-hosts.ts';
import { WatchedTextFile } from './watched-text-file.ts';

export interface FileHostNamesOptions {
  readonly files: HostFiles;
  /** Reads PuTTY's host keys from the registry, where there is one. */
  readonly readPuttyRegistry?: () => Promise<readonly PuttyHostKey[]>;
  /** Milliseconds that never run backwards. */
  readonly elapsedMs: () => number;
}

const maxEntries = 50_000;
/** Looking whether files have changed costs system calls: not more often than this. */
const checkIntervalMs = 1000;
/** The loop gets a turn after so many lines. */
const linesPerTurn = 2000;

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function parseAll<T>(
  items: readonly T[],
  parse: (item: T) => HostKeyEntry | undefined,
  entries: HostKeyEntry[],
): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (entries.length >= maxEntries) return;
    if (index > 0 && index % linesPerTurn === 0) await nextTurn();
    const entry = parse(item);
    if (entry) entries.push(entry);
  }
}

/** Makes the names that the core asks for. Nothing is read before the first question. */
export function createFileHostNames(options: FileHostNamesOptions): HostNames {
  const { files, readPuttyRegistry, elapsedMs } = options;
  const knownHosts = files.knownHosts.map((path) => new WatchedTextFile(path));
  const puttyFiles = files.puttyHostKeys.map((path) => new WatchedTextFile(path));
  const sshConfig = new WatchedTextFile(files.sshConfig);
  let registryText = '';
  let index = new HostKeyIndex([]);
  let checkedMs = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;

  async function readRegistry(): Promise<readonly PuttyHostKey[]> {
    try {
      return (await readPuttyRegistry?.()) ?? [];
    } catch {
      return [];
    }
  }

  async function refresh(): Promise<void> {
    const registry = await readRegistry();
    const changes = await Promise.all(
      [...knownHosts, ...puttyFiles, sshConfig].map((file) => file.refresh()),
    );
    const newRegistryText = JSON.stringify(registry);
    if (!changes.includes(true) && newRegistryText === registryText) return;
    registryText = newRegistryText;
    const entries: HostKeyEntry[] = [];
    for (const { lines } of knownHosts) await parseAll(lines, parseKnownHostsLine, entries);
    for (const { lines } of puttyFiles) await parseAll(lines, parsePuttyHostKeyLine, entries);
    await parseAll(registry, parsePuttyHostKey, entries);
    index = new HostKeyIndex(entries, sshConfigHosts(sshConfig.lines));
  }

  async function currentIndex(): Promise<HostKeyIndex> {
    if (elapsedMs() - checkedMs >= checkIntervalMs && refreshing === undefined) {
      checkedMs = elapsedMs();
      refreshing = refresh().finally(() => {
        refreshing = undefined;
      });
    }
    await refreshing;
    return index;
  }

  return {
    async nameOf(hostKey) {
      return (await currentIndex()).nameOf(hostKey);
    },
    async nameAt(address, port) {
      return (await currentIndex()).nameAt(address, port);
    },
  };
}
