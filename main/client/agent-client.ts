// Typed calls to any SSH agent: ours, OpenSSH's, PuTTY's Pageant and others.

import type { KeyPlaces } from '../agent/extensions/key-places-extension.ts';
import type { RulesReply, RulesRequest } from '../agent/extensions/rules-extension.ts';
import type { SecurityKeysReply, SecurityKeysRequest } from '../agent/extensions/security-key-extensions.ts';
import type { TokensReply, TokensRequest } from '../agent/extensions/tokens-extension.ts';
import type { UpstreamReply, UpstreamRequest } from '../agent/extensions/upstream-extensions.ts';
import type { WindowsKeysReply, WindowsKeysRequest } from '../agent/extensions/windows-keys-extension.ts';
import type { DoorReport } from '../agent/ports/host.ts';
import { extensionName, messageNumber as n } from '../agent/protocol/message-numbers.ts';
import { keyDropped } from '../keys/dropped-keys.ts';
import type { SecretBytes } from '../keys/encoding/secret-bytes.ts';
import { WireReader, WireWriter } from '../keys/encoding/wire.ts';
import type { AgentConnection } from './agent-connection.ts';
import { AgentConnectionError, AgentRefusedError } from './agent-errors.ts';
import {
  type ListedKey,
  parsed,
  parseList,
  parseListExtended,
  parseListKeys,
  parseOutcome,
  parseQuery,
  parseReencryptAll,
  parseSignResponse,
} from './agent-replies.ts';
import {
  type AddConstraints,
  encodeAdd,
  encodeAddKeyFile,
  encodeBlobExtension,
  encodeExtension,
  encodeLock,
  encodeRemove,
  encodeSign,
  type KeyFileToKeepEncrypted,
  listRequest,
} from './agent-requests.ts';
import { type ChannelToAgent, olderAgent, openChannel } from './own-channel-client.ts';

/** For what no agent asks a person about. */
const answerTimeoutMs = 30_000;
/** For what the person may be asked about meanwhile. */
const personTimeoutMs = 5 * 60_000;

const removeAllRequest = Uint8Array.of(n.SSH_AGENTC_REMOVE_ALL_IDENTITIES);

const noContents = new Uint8Array();

/** What Sallyport tells of its process. */
interface ToldProcess {
  /** Each key is unlocked for one use. */
  readonly unlocksOnce: boolean;
  /** There is a way to ask the person. */
  readonly canAsk: boolean;
}

/** All methods reject with AgentRefusedError when the agent says no, and with AgentConnectionError. */
export class AgentClient {
  readonly #connection: AgentConnection;
  #channel: Promise<ChannelToAgent> | undefined;

  constructor(connection: AgentConnection) {
    this.#connection = connection;
  }

  close(): void {
    this.#connection.close();
  }

  /** All keys, in the agent's order, with as much as the agent tells of them. */
  async list(): Promise<ListedKey[]> {
    return (
      (await this.#extension(extensionName.listKeys, parseListKeys)) ??
      (await this.#extension(extensionName.listExtended, parseListExtended)) ??
      (await this.#listPlain())
    );
  }

  /** Names of the extensions that the agent knows; none when it does not say. */
  async query(): Promise<string[]> {
    return (await this.#extension(extensionName.query, parseQuery)) ?? [];
  }

  /** Whether this is our own agent; known while it is locked, too. */
  async isSallyport(): Promise<boolean> {
    if ((await this.query()).includes(extensionName.listKeys)) return true;
    // A locked one fails every extension that it knows, and only those.
    const [known, unknown] = [extensionName.listKeys, 'no-such-extension@sallyport'];
    return (
      (await this.#outcome(encodeExtension(known))) === 'failure' &&
      (await this.#outcome(encodeExtension(unknown))) === 'unknown-request'
    );
  }

  /** Adds a key in clear (messages 17 and 25). `fields` start with the algorithm name; they are not wiped. */
  async add(fields: Uint8Array, comment: Uint8Array | string, constraints: AddConstraints): Promise<void> {
    await this.#secretRequest(
      encodeAdd(fields, comment, constraints),
      'The agent refused the key. It may be locked, hold too many keys, or not know this kind of key or constraint.',
    );
  }

  /** Adds a key file that stays encrypted until it is used. Falls back to PuTTY's way where that can say the same. */
  async addKeyFile(
    keyFile: KeyFileToKeepEncrypted & { readonly isPpk: boolean },
    constraints: AddConstraints,
  ): Promise<void> {
    const refusal =
      'The agent refused the key file. It may be locked, hold too many keys, or not know this kind of key.';
    const outcome = await this.#outcome(encodeAddKeyFile(keyFile, constraints));
    if (outcome === 'success') return;
    if (outcome === 'failure') throw new AgentRefusedError(refusal);
    const isPlainPpk = keyFile.isPpk && !constraints.confirm && constraints.lifetimeSeconds === undefined;
    const fallback = isPlainPpk
      ? await this.#outcome(encodeBlobExtension(extensionName.addPpk, keyFile.bytes))
      : 'unknown-request';
    if (fallback === 'success') return;
    throw new AgentRefusedError(
      fallback === 'failure'
        ? refusal
        : "This agent can't keep this file encrypted. Add it without --encrypted.",
    );
  }

  async remove(blob: Uint8Array): Promise<void> {
    await this.#mustSucceed(encodeRemove(blob), 'The agent did not remove the key. It may be locked.');
  }

  async removeAll(): Promise<void> {
    await this.#mustSucceed(removeAllRequest, 'The agent did not remove the keys. It may be locked.');
  }

  /** Wipes the passphrase as soon as it is sent. */
  async lock(passphrase: SecretBytes): Promise<void> {
    await this.#secretRequest(
      encodeLock('lock', passphrase),
      'The agent was not locked. It may be locked already, or not know locking.',
    );
  }

  /** Wipes the passphrase as soon as it is sent. */
  async unlock(passphrase: SecretBytes): Promise<void> {
    await this.#secretRequest(
      encodeLock('unlock', passphrase),
      'The agent was not unlocked. The passphrase was wrong, or the agent was not locked.',
    );
  }

  async reencrypt(blob: Uint8Array): Promise<void> {
    const outcome = await this.#outcome(encodeBlobExtension(extensionName.reencrypt, blob));
    if (outcome === 'failure')
      throw new AgentRefusedError('The agent has no encrypted form of the key, or it is locked.');
    if (outcome === 'unknown-request') throw new AgentRefusedError(noReencryption);
  }

  /** Resolves with the number of keys that stay in clear for want of an encrypted form. */
  async reencryptAll(): Promise<number> {
    const reply = await this.#request(encodeExtension(extensionName.reencryptAll));
    const left = parsed(() => parseReencryptAll(reply));
    if (left !== undefined) return left;
    throw new AgentRefusedError(
      parsed(() => parseOutcome(reply)) === 'failure'
        ? 'The agent has no encrypted form of any of its keys, or it is locked.'
        : noReencryption,
    );
  }

  /** The signature blob. Waits for as long as a person needs to answer. */
  async sign(blob: Uint8Array, data: Uint8Array, flags: number): Promise<Uint8Array> {
    const reply = await this.#connection.request(encodeSign(blob, data, flags));
    const signature = parsed(() => parseSignResponse(reply));
    if (signature) return signature;
    throw new AgentRefusedError(
      'The agent refused to sign. It may be locked, or the request was not allowed: “sallyport log” says why.',
    );
  }

  /**
   * A page of Sallyport's activity as JSON lines, the latest first: what comes after the entry with the id `after`
   * (0: from the latest). Empty at the end.
   */
  async readLog(secret: Uint8Array, search: string, after: number): Promise<string> {
    const contents = new WireWriter().text(search).uint32(after).finish();
    return await this.#askOwnAgent(secret, extensionName.log, contents);
  }

  /** Sallyport's rules, after the change that was asked for. */
  async changeRules(secret: Uint8Array, request: RulesRequest): Promise<RulesReply> {
    const contents = new WireWriter().text(JSON.stringify(request)).finish();
    return JSON.parse(await this.#askOwnAgent(secret, extensionName.rules, contents)) as RulesReply;
  }

  /** Where Sallyport's keys live that it does not hold itself. */
  async keyPlaces(secret: Uint8Array): Promise<KeyPlaces> {
    return JSON.parse(await this.#askOwnAgent(secret, extensionName.keyPlaces)) as KeyPlaces;
  }

  /** The agents behind Sallyport, after the change that was asked for. */
  async changeUpstreams(secret: Uint8Array, request: UpstreamRequest): Promise<UpstreamReply> {
    const contents = new WireWriter().text(JSON.stringify(request)).finish();
    return JSON.parse(await this.#askOwnAgent(secret, extensionName.upstream, contents)) as UpstreamReply;
  }

  /** Windows' keys, after the change that was asked for, for which Windows may ask the person. */
  async changeWindowsKeys(secret: Uint8Array, request: WindowsKeysRequest): Promise<WindowsKeysReply> {
    const contents = new WireWriter().text(JSON.stringify(request)).finish();
    const reply = await this.#askOwnAgent(secret, extensionName.windowsKeys, contents, personTimeoutMs);
    return JSON.parse(reply) as WindowsKeysReply;
  }

  /** The libraries for tokens, after the change that was asked for. */
  async changeTokens(secret: Uint8Array, request: TokensRequest): Promise<TokensReply> {
    const contents = new WireWriter().text(JSON.stringify(request)).finish();
    return JSON.parse(await this.#askOwnAgent(secret, extensionName.tokens, contents)) as TokensReply;
  }

  /** Sallyport's ways to security keys, after the change that was asked for; `pin` stays the caller's, to wipe. */
  async changeSecurityKeys(
    secret: Uint8Array,
    request: SecurityKeysRequest,
    pin?: Uint8Array,
  ): Promise<SecurityKeysReply> {
    const writer = new WireWriter().text(JSON.stringify(request));
    const contents = writer
      .boolean(pin !== undefined)
      .string(pin ?? new Uint8Array())
      .finish();
    try {
      const reply = await this.#askOwnAgent(secret, extensionName.securityKeys, contents, personTimeoutMs);
      return JSON.parse(reply) as SecurityKeysReply;
    } finally {
      contents.fill(0);
    }
  }

  /** What Sallyport tells of its doors. */
  async doors(secret: Uint8Array): Promise<DoorReport[]> {
    return JSON.parse(await this.#askOwnAgent(secret, extensionName.doors)) as DoorReport[];
  }

  /**
   * What Sallyport tells of its process; undefined unless `listener`, the one that listens as the system knows it, is that
   * process. For agents at a Unix socket.
   */
  async tellProcess(listener: number): Promise<ToldProcess | undefined> {
    const contents = new WireWriter().uint32(process.pid).uint32(listener).finish();
    const reply = await this.#request(encodeExtension(extensionName.process, contents));
    if (parsed(() => parseOutcome(reply)) !== 'success') return undefined;
    return parsed(() => {
      const reader = new WireReader(reply.subarray(1));
      const unlocksOnce = reader.readBoolean();
      // An older agent does not say.
      return { unlocksOnce, canAsk: reader.remaining === 0 || reader.readBoolean() };
    });
  }

  /** Ends the program that the agent is. Its last words may be lost on the way, which is success, too. */
  async stopProgram(secret: Uint8Array): Promise<void> {
    const channel = await this.#channelWith(secret);
    try {
      const reply = await channel.ask(extensionName.stop, noContents, answerTimeoutMs);
      if (parsed(() => parseOutcome(reply)) !== 'success')
        throw new AgentRefusedError('The agent did not end. If it has a tray icon, quit it there.');
    } catch (error: unknown) {
      if (!(error instanceof AgentConnectionError)) throw error;
    }
  }

  /** SECURITY: shows that the agent has `secret`, and seals what is asked, which may be what the person has typed. */
  #channelWith(secret: Uint8Array): Promise<ChannelToAgent> {
    this.#channel ??= openChannel(this.#connection, secret, answerTimeoutMs);
    return this.#channel;
  }

  async #askOwnAgent(
    secret: Uint8Array,
    name: string,
    contents: Uint8Array = noContents,
    timeoutMs = answerTimeoutMs,
  ): Promise<string> {
    const channel = await this.#channelWith(secret);
    const reply = await channel.ask(name, contents, timeoutMs);
    switch (parsed(() => parseOutcome(reply))) {
      case 'success':
        return parsed(() => new WireReader(reply.subarray(1)).readText());
      case 'unknown-request':
        throw new AgentRefusedError(olderAgent);
      case 'failure':
        throw new AgentRefusedError('The agent refused. It may be locked.');
    }
  }

  async #listPlain(): Promise<ListedKey[]> {
    const reply = await this.#request(listRequest);
    const keys = parsed(() => parseList(reply));
    if (!keys) throw new AgentRefusedError('The agent refused to list its keys.');
    return keys;
  }

  /** The parsed reply to an extension without contents; undefined when the agent does not know it. */
  async #extension<T>(name: string, parse: (reply: Uint8Array) => T | undefined): Promise<T | undefined> {
    const reply = await this.#request(encodeExtension(name));
    return parsed(() => parse(reply));
  }

  #request(body: Uint8Array, timeoutMs = answerTimeoutMs): Promise<Uint8Array> {
    return this.#connection.request(body, { timeoutMs });
  }

  async #outcome(body: Uint8Array) {
    const reply = await this.#request(body);
    return parsed(() => parseOutcome(reply));
  }

  async #mustSucceed(body: Uint8Array, refusal: string): Promise<void> {
    if ((await this.#outcome(body)) !== 'success') throw new AgentRefusedError(refusal);
  }

  /**
   * Without a time limit: other agents ask their person before they take a key or unlock. So that the secret does not
   * wait with us, `body` is wiped once it is sent.
   */
  async #secretRequest(body: Uint8Array, refusal: string): Promise<void> {
    const answered = this.#connection.request(body);
    body.fill(0);
    keyDropped();
    const reply = await answered;
    if (parsed(() => parseOutcome(reply)) !== 'success') throw new AgentRefusedError(refusal);
  }
}

const noReencryption =
  "This agent can't re-encrypt keys. Remove the key instead, and add it again when it is needed.";
