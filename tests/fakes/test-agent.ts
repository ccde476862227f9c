// An agent with a scripted person and a clock that stands still, and requests as clients write them.
import type { Session } from '../../main/agent/agent.ts';
import { type AgentOptions, createAgent } from '../../main/agent/create-agent.ts';
import type { Peer } from '../../main/agent/facts/peer.ts';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';
import { ManualClock } from './manual-clock.ts';
import { OwnRequests } from './own-requests.ts';
import { ScriptedApprover } from './scripted-approver.ts';

export function testPeer(change: Partial<Peer> = {}): Peer {
  return { transport: 'test', mayPrompt: true, describe: () => Promise.resolve(undefined), ...change };
}

export function testAgent(options: Partial<AgentOptions> = {}) {
  const approver = new ScriptedApprover();
  const clock = new ManualClock();
  const log: string[] = [];
  const agent = createAgent({
    approver,
    clock,
    offload: inlineCryptoOffload,
    log: (line) => log.push(line),
    ...options,
  });
  return {
    agent,
    approver,
    clock,
    log,
    connect: (peer?: Partial<Peer>) => new TestClient(agent.openSession(testPeer(peer))),
  };
}

export interface ListedKey {
  readonly blob: Uint8Array;
  readonly comment: string;
}

/** Writes requests by hand, so that the agent is not tested with its own client. */
export class TestClient {
  readonly session: Session;
  #own: OwnRequests | undefined;

  constructor(session: Session) {
    this.session = session;
  }

  send(writer: WireWriter): Promise<Uint8Array> {
    return Promise.resolve(this.session.handle(writer.finish()));
  }

  /** The first byte of the reply. */
  async status(writer: WireWriter): Promise<number> {
    return (await this.send(writer))[0] ?? -1;
  }

  async list(): Promise<ListedKey[]> {
    const reader = new WireReader(await this.send(request(11)));
    if (reader.readByte() !== 12) throw new Error('list was refused');
    const keys = Array.from({ length: reader.readUint32() }, () => ({
      blob: reader.readString(),
      comment: reader.readText(),
    }));
    reader.assertEnd();
    return keys;
  }

  async comments(): Promise<string[]> {
    return (await this.list()).map((key) => key.comment);
  }

  /** The signature blob, or undefined when refused. */
  async sign(blob: Uint8Array, data: Uint8Array, flags = 0): Promise<Uint8Array | undefined> {
    const reader = new WireReader(await this.send(signRequest(blob, data, flags)));
    return reader.readByte() === 14 ? reader.readString() : undefined;
  }

  extension(name: string, contents: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
    return this.send(request(27).text(name).bytes(contents));
  }

  /** What only the person's own programs may ask, sealed by the secret; the reply within, or one that was not sealed. */
  own(secret: Uint8Array, name: string, contents?: Uint8Array): Promise<Uint8Array> {
    this.#own ??= new OwnRequests((each, sealed) => this.extension(each, sealed), secret);
    return this.#own.ask(name, contents);
  }
}

export const request = (number: number) => new WireWriter().byte(number);

export const signRequest = (blob: Uint8Array, data: Uint8Array, flags = 0) =>
  request(13).string(blob).string(data).uint32(flags);

export const addRequest = (
  key: { readonly privateFields: Uint8Array },
  comment: string,
  constraints?: Uint8Array,
) =>
  constraints
    ? request(25).bytes(key.privateFields).text(comment).bytes(constraints)
    : request(17).bytes(key.privateFields).text(comment);

export const constrain = {
  lifetime: (seconds: number) => new WireWriter().byte(1).uint32(seconds).finish(),
  confirm: () => Uint8Array.of(2),
  extension: (name: string, contents: Uint8Array) =>
    new WireWriter().byte(255).text(name).bytes(contents).finish(),
};

export const bytes = (text: string) => new TextEncoder().encode(text);
