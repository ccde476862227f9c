// Names for host keys from the person's files: read when first needed, and again when they have changed.
import type { HostNames } from '../../agent/facts/host-names.ts';
import type { HostFiles } from './host-files.ts';
import type { HostKeyEntry } from './host-key-entry.ts';
import { HostKeyIndex } from './host-key-index.ts';
import { forEachLine, forEachValue } from './in-pieces.ts';
import { parseKnownHostsLine } from './known-hosts.ts';
import { type PuttyHostKey, parsePuttyHostKey, parsePuttyHostKeyLine } from './putty-host-keys.ts';
import { SshConfigHosts } from './ssh-config-hosts.ts';
import { WatchedTextFile } from './watched-text-file.ts';

export interface FileHostNamesOptions {
  readonly files: HostFiles;
  /** Reads PuTTY's host keys from the registry, where there is one. */
  readonly readPuttyRegistry?: () => Promise<readonly PuttyHostKey[]>;
  /** Milliseconds that never run backwards. */
  readonly elapsedMs: () => number;
  /** Takes one line, a sentence for the person. */
  readonly log: (line: string) => void;
}

/** Looking whether files have changed costs system calls: not more often than this. */
const checkIntervalMs = 1000;
/** 4 MiB are some 25,000 host keys. */
export const maxHostFileBytes = 4 * 1024 * 1024;
export const maxConfigBytes = 1024 * 1024;

/** Makes the names that the core asks for. Nothing is read before the first question. */
export function createFileHostNames(options: FileHostNamesOptions): HostNames {
  const { files, readPuttyRegistry, elapsedMs, log } = options;
  const watch = (path: string, maxBytes = maxHostFileBytes) => new WatchedTextFile(path, maxBytes, log);
  const knownHosts = files.knownHosts.map((path) => watch(path));
  const puttyFiles = files.puttyHostKeys.map((path) => watch(path));
  const sshConfig = watch(files.sshConfig, maxConfigBytes);
  let registryText = '';
  let index = new HostKeyIndex();
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
    const hosts = new SshConfigHosts();
    await forEachLine(sshConfig.text, (line) => hosts.take(line));
    const next = new HostKeyIndex(hosts.names());
    const keep = (entry: HostKeyEntry | undefined) => {
      if (entry) next.take(entry);
    };
    for (const { text } of knownHosts) await forEachLine(text, (line) => keep(parseKnownHostsLine(line)));
    for (const { text } of puttyFiles) await forEachLine(text, (line) => keep(parsePuttyHostKeyLine(line)));
    await forEachValue(registry, (value) => keep(parsePuttyHostKey(value)));
    index = next;
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
