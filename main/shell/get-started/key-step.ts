// The first step of "Get started": keys that the person has already, found, added as they wish, and taken away again.
import { randomUUID } from 'node:crypto';
import type { FoundFileView, FoundKeysView } from '../../../ipc/contract/get-started.ts';
import type { AddedFile } from '../../../ipc/contract/keys.ts';
import { maxStartChanges } from '../../../ipc/contract/start-record.ts';
import { cut } from '../../../text/foreign-text.ts';
import type { Agent } from '../../agent/create-agent.ts';
import type { FoundUpstream, Upstreams } from '../../agent/ports/host.ts';
import { UpstreamError } from '../../agent/ports/host.ts';
import { type WindowsKeys, WindowsKeysError } from '../../agent/ports/windows-keys.ts';
import type { KeyAdministration } from '../../agent/ring/key-administration.ts';
import { BoundedMap } from '../../basics/bounded-map.ts';
import type { FoundKeyFile, FoundKeyFiles } from '../../get-started/find-key-files.ts';
import type { GetStartedFile } from '../../stored/get-started-file.ts';
import type { KeyAdder } from '../key-files/add-keys.ts';

export interface KeyStepParts {
  readonly keys: Pick<KeyAdministration, 'list' | 'remove' | 'onChanged'>;
  readonly adder: Pick<KeyAdder, 'addPath'>;
  readonly upstreams: Upstreams;
  readonly stores: Pick<Agent['stores'], 'list' | 'onChanged'>;
  /** Left out where the system keeps no keys. */
  readonly windowsKeys: Pick<WindowsKeys, 'list' | 'offer'> | undefined;
  readonly findFiles: () => Promise<FoundKeyFiles>;
  /** Those that are neither used nor this agent itself. */
  readonly findAgents: () => Promise<readonly FoundUpstream[]>;
  /** Why the file may not be opened now, as the rest of a sentence about it. */
  readonly whyNotNow: (path: string) => Promise<string | undefined>;
  readonly record: GetStartedFile;
}

const maxCharacters = 1024;
/** So many files can wait for their passphrases. */
const maxWaiting = 256;

function fileView(id: string, { path, origins, facts, problem }: FoundKeyFile): FoundFileView {
  return {
    id,
    path: cut(path, maxCharacters),
    origins: origins.map(({ source, name }) => ({ source, ...(name && { name: cut(name, maxCharacters) }) })),
    ...(facts && {
      facts: {
        comment: cut(facts.comment, maxCharacters),
        isEncrypted: facts.isEncrypted,
        ...(facts.keyKind !== undefined && { keyKind: facts.keyKind }),
        ...(facts.fingerprint !== undefined && { fingerprint: facts.fingerprint }),
        hasCertificate: facts.hasCertificate,
        warnings: facts.warnings.map((warning) => cut(warning, maxCharacters)),
      },
    }),
    ...(problem !== undefined && { problem: cut(problem, maxCharacters) }),
  };
}

export class KeyStep {
  readonly #parts: KeyStepParts;
  #files = new Map<string, string>();
  #agents = new Map<string, string>();
  #finding: Promise<FoundKeysView> | undefined;
  /** Files of this step that wait for their passphrases. */
  readonly #waiting = new BoundedMap<string, ReadonlySet<string>>(maxWaiting);

  constructor(parts: KeyStepParts) {
    this.#parts = parts;
  }

  /** Has what was removed meanwhile forgotten: added again by another way, it is no more of this step. Returns the way to stop. */
  follow(): () => void {
    const { keys, stores, record } = this.#parts;
    const forget = () => {
      const there = new Set(keys.list().map(({ id }) => id));
      if (record.current.addedKeys.some((id) => !there.has(id)))
        void record.change((now) => ({
          ...now,
          addedKeys: now.addedKeys.filter((id) => there.has(id)),
        }));
    };
    forget();
    let used = new Set<string>();
    const forgetAgents = () => {
      const now = new Set(stores.list().map(({ address }) => address));
      const gone = record.current.addedAgents.filter((address) => used.has(address) && !now.has(address));
      used = now;
      if (gone.length > 0)
        void record.change((all) => ({
          ...all,
          addedAgents: all.addedAgents.filter((address) => !gone.includes(address)),
        }));
    };
    forgetAgents();
    const stops = [keys.onChanged(forget), stores.onChanged(forgetAgents)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Of many that look at once, one does: each look takes threads, and its ids end those of the one before. */
  find(): Promise<FoundKeysView> {
    this.#finding ??= this.#find().finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }

  async #find(): Promise<FoundKeysView> {
    const { findFiles, findAgents, windowsKeys } = this.#parts;
    const [{ files, notes }, agents, windows] = await Promise.all([
      findFiles(),
      findAgents(),
      windowsKeys?.list().catch(() => undefined),
    ]);
    this.#files = new Map(files.map(({ path }) => [randomUUID(), path]));
    this.#agents = new Map(agents.map(({ address }) => [randomUUID(), address]));
    const fileIds = [...this.#files.keys()];
    const agentIds = [...this.#agents.keys()];
    const certificates = windows?.keys.filter(({ home }) => home === 'certificate').length ?? 0;
    return {
      files: files.map((file, index) => fileView(fileIds[index] ?? '', file)),
      agents: agents.map(({ address, title }, index) => ({ id: agentIds[index] ?? '', address, title })),
      ...(windows &&
        certificates > 0 && {
          certificates: { count: certificates, areOffered: windows.certificates },
        }),
      notes: notes.map((note) => cut(note, maxCharacters)),
    };
  }

  /** Adds those of what was found; what can't be is told of each. */
  async add(wish: {
    readonly files: readonly string[];
    readonly agents: readonly string[];
    readonly certificates: boolean;
  }): Promise<{ files: AddedFile[]; problems: string[] }> {
    const files: AddedFile[] = [];
    const problems: string[] = [];
    for (const id of new Set(wish.files)) {
      const path = this.#files.get(id);
      if (path !== undefined) files.push(await this.#addFile(path));
    }
    for (const id of new Set(wish.agents)) {
      const address = this.#agents.get(id);
      if (address !== undefined) problems.push(...(await this.#addAgent(address)));
    }
    if (wish.certificates) problems.push(...(await this.#offerCertificates()));
    return { files, problems };
  }

  async #addFile(path: string): Promise<AddedFile> {
    const { adder, keys, whyNotNow } = this.#parts;
    // SECURITY: it may lead to another machine by now.
    const why = await whyNotNow(path);
    const name = cut(path, maxCharacters);
    if (why !== undefined)
      return { name, outcome: { kind: 'failed', message: `This file ${why}.` }, warnings: [] };
    const before = new Set(keys.list().map(({ id }) => id));
    const added = await adder.addPath(path, { keepEncrypted: true });
    if (added.outcome.kind === 'added') await this.#note(added.outcome.id, before);
    if (added.outcome.kind === 'needs-passphrase') this.#waiting.set(added.outcome.pendingId, before);
    return added;
  }

  /** A file of this step that had waited is added: the `unlocked` of KeyAdder. */
  noteUnlocked(pendingId: string, { id }: { readonly id: string }): void {
    const before = this.#waiting.get(pendingId);
    this.#waiting.delete(pendingId);
    if (before) void this.#note(id, before);
  }

  /** The key and its certificates, of those that were not there. */
  async #note(id: string, before: ReadonlySet<string>): Promise<void> {
    const all = this.#parts.keys.list();
    const fingerprint = all.find((key) => key.id === id)?.fingerprint;
    const fresh = all.filter((key) => key.fingerprint === fingerprint && !before.has(key.id));
    await this.#parts.record.change((now) => ({
      ...now,
      addedKeys: [...new Set([...now.addedKeys, ...fresh.map((key) => key.id)])].slice(-maxStartChanges),
    }));
  }

  async #addAgent(address: string): Promise<string[]> {
    const { upstreams, record } = this.#parts;
    try {
      await upstreams.add(address);
    } catch (error: unknown) {
      if (error instanceof UpstreamError) return [error.message];
      throw error;
    }
    await record.change((now) => ({
      ...now,
      addedAgents: [...now.addedAgents, address].slice(-maxStartChanges),
    }));
    return [];
  }

  async #offerCertificates(): Promise<string[]> {
    const { windowsKeys, record } = this.#parts;
    try {
      if (windowsKeys === undefined || (await windowsKeys.list()).certificates) return [];
      await windowsKeys.offer('certificates', true);
    } catch (error: unknown) {
      if (error instanceof WindowsKeysError) return [error.message];
      throw error;
    }
    await record.change((now) => ({ ...now, addedCertificates: true }));
    return [];
  }

  /** Takes away exactly what this step has added, and is there still. Rejects with UpstreamError, WindowsKeysError. */
  async undo(): Promise<void> {
    const { keys, upstreams, windowsKeys, record } = this.#parts;
    const { addedKeys, addedAgents, addedCertificates } = record.current;
    for (const id of addedKeys) keys.remove(id);
    for (const address of addedAgents) await upstreams.remove(address);
    if (addedCertificates) await windowsKeys?.offer('certificates', false);
    await record.change((now) => ({
      ...now,
      addedKeys: [],
      addedAgents: [],
      addedCertificates: false,
      steps: { ...now.steps, keys: 'to-do' },
    }));
  }
}
