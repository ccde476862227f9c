// One agent with several clients, a person and a clock, all driven by one seed; what must hold is checked on the way.
import { createAgent } from '../../../../main/agent/create-agent.ts';
import type { HostNames } from '../../../../main/agent/facts/host-names.ts';
import type { Peer, ProcessFacts } from '../../../../main/agent/facts/peer.ts';
import { WireReader } from '../../../../main/keys/encoding/wire.ts';
import { cheapOffload } from '../../../fakes/cheap-key-files.ts';
import { inLaterTurn, settled } from '../../../fakes/crypto-in-turns.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { testPeer } from '../../../fakes/test-agent.ts';
import { CarelessPerson } from './careless-person.ts';
import { DirectClient, type FuzzClient, hex, StreamClient } from './fuzz-clients.ts';
import { KeptKeys } from './kept-keys.ts';
import { encode, type Field, mutateFields, pick, type Random } from './message-fields.ts';
import { localSecret, lockPassphrases, type MessageParts, validMessage } from './messages.ts';
import { checkReply } from './reply-check.ts';
import { mutate } from './seeded-random.ts';

const maxClients = 6;
/** Above all limits on how long anything waits for the clock. */
const longMs = 301_000;

export class ConversationWorld {
  readonly problems: string[] = [];
  frames = 0;
  signatures = 0;
  readonly #parts: MessageParts;
  readonly #random: Random;
  readonly #clock = new ManualClock();
  readonly #person: CarelessPerson;
  readonly #agent;
  readonly #kept = new KeptKeys();
  #clients: FuzzClient[] = [];
  /** Have left, but are to be answered all the same. */
  #leaving: FuzzClient[] = [];
  #answered = 0;
  #lockPassphrase: Uint8Array | undefined;
  #lastMessage: readonly Field[] = [];

  constructor(parts: MessageParts, random: Random) {
    this.#parts = parts;
    this.#random = random;
    this.#person = new CarelessPerson(random);
    this.#agent = createAgent({
      approver: this.#person,
      clock: this.#clock,
      offload: cheapOffload,
      localSecret,
      host: { doors: () => [], requestStop: () => {} },
      hostNames: this.#hostNames(),
      now: () => new Date(Date.UTC(2026, 10, 22) + this.#clock.elapsedMs()),
    });
  }

  /** One thing that a client, the person or the clock does. */
  async step(): Promise<void> {
    const dice = this.#random(100);
    if (this.#agent.isLocked && this.#random(20) === 0) return this.#unlock();
    if (this.#clients.length === 0 || dice < 3) return this.#connect();
    if (dice < 80) return this.#send();
    if (dice < 88) return this.#person.answerOne();
    if (dice < 90) return this.#leave();
    if (dice < 93) return this.#tick(pick(this.#random, [10, 150, 1000, 2000, 5000, 61_000, longMs]));
    if (dice < 95) return this.#touchWindow();
    return this.check();
  }

  /** Everything that is open ends: each request is answered, the keys are there, and nothing is left behind. */
  async finish(): Promise<void> {
    const isAnswering = this.#random(2) === 0;
    this.#person.isAttentive = true;
    this.#person.answerAll();
    let rounds = this.#pending().length * 3 + 50;
    for (await this.#settle(); this.#pending().length > 0; await this.#tick(longMs)) {
      if (isAnswering) this.#person.answerAll();
      await this.#settle();
      if (--rounds > 0) continue;
      this.problems.push(`not answered: ${this.#pending().map(hex).join(' ')}`);
      break;
    }
    await this.check();
    for (const client of [...this.#clients, ...this.#leaving])
      if (client instanceof StreamClient) client.cut();
      else client.leave();
    this.#agent.stop();
    this.#person.answerAll();
    await this.#settle();
    if (this.#person.openPrompts > 0) this.problems.push('a prompt outlived the agent');
  }

  /** A client that is new gets its list at once, and no key is gone that nobody removed. */
  async check(): Promise<void> {
    await this.#settle();
    const lost = this.#kept.lostBy(this.#clock.elapsedMs(), this.#agent.keys.list(), this.#pending());
    if (lost.length > 0) this.problems.push(`lost keys: ${lost.join(' ')}`);
    let list: Uint8Array | undefined;
    const session = this.#agent.openSession(testPeer());
    void Promise.resolve(session.handle(Uint8Array.of(11))).then((reply) => {
      list = reply;
    });
    await this.#settle();
    session.close();
    if (list === undefined) this.problems.push('a new client got no list');
    else checkReply(Uint8Array.of(11), list);
  }

  async #settle(): Promise<void> {
    let answered: number;
    do {
      answered = this.#answered;
      await settled();
    } while (answered !== this.#answered);
  }

  #pending(): readonly Uint8Array[] {
    this.#leaving = this.#leaving.filter(({ pending }) => pending.length > 0);
    return [...this.#clients, ...this.#leaving].flatMap(({ pending }) => pending);
  }

  #connect(): void {
    if (this.#clients.length >= maxClients) {
      this.#leave();
      return;
    }
    const maxReplyBytes = this.#random(4) === 0 ? 64 + this.#random(500) : undefined;
    const options = {
      maxReplyBytes,
      // A stream may have read other messages out of what was sent.
      onRequest: (request: Uint8Array) => this.#kept.noteRequest(request),
      onReply: (request: Uint8Array, reply: Uint8Array) => this.#noteReply(request, reply),
      onProblem: (problem: string) => this.problems.push(problem),
    };
    const open = () => this.#agent.openSession(this.#peer(maxReplyBytes));
    this.#clients.push(
      this.#random(2) === 0
        ? new DirectClient(open(), options)
        : new StreamClient(open, this.#random, options),
    );
  }

  #peer(maxReplyBytes: number | undefined): Peer {
    const random = this.#random;
    const process: ProcessFacts = {
      pid: 1,
      executable: pick(random, ['/usr/bin/ssh', '/usr/bin/git', 'C:\\Windows\\ssh.exe']),
      parents: [],
      connections: random(2) === 0 ? [] : [{ address: '192.0.2.1', port: 22 }],
    };
    const descriptions: readonly (() => Promise<ProcessFacts | undefined>)[] = [
      () => Promise.resolve(process),
      () => Promise.resolve(undefined),
      () => new Promise((resolve) => inLaterTurn(() => resolve(process))),
      () => new Promise(() => {}),
    ];
    return testPeer({
      pid: 1 + random(3),
      mayPrompt: random(5) > 0,
      ...(maxReplyBytes !== undefined && { maxReplyBytes }),
      describe: pick(random, random(3) === 0 ? descriptions : descriptions.slice(0, 2)),
    });
  }

  #hostNames(): HostNames {
    const name = { names: ['named.example'], source: 'known_hosts', isRevoked: false } as const;
    const answers = [
      () => Promise.resolve(name),
      () => Promise.resolve(undefined),
      () => Promise.reject(new Error('no file')),
    ];
    return {
      nameOf: () => pick(this.#random, answers)(),
      nameAt: () => pick(this.#random, answers)(),
    };
  }

  #send(): void {
    const client = pick(this.#random, this.#clients);
    if (client.hasLeft) return;
    const valid = validMessage(this.#parts, this.#random);
    const message = this.#damaged(valid);
    this.#lastMessage = valid;
    this.frames++;
    client.send(message);
  }

  /** Half of the messages stay as they are; the number of most others does. */
  #damaged(valid: readonly Field[]): Uint8Array {
    const dice = this.#random(10);
    if (dice < 5) return encode(valid);
    if (dice === 5) return mutate(encode(valid), this.#random, this.#random(4) === 0 ? 0 : 1);
    const donor = this.#lastMessage.length > 0 ? this.#lastMessage : valid;
    const keepsNumber = this.#random(10) > 0;
    let fields = keepsNumber ? valid.slice(1) : valid;
    for (let changes = 1 + this.#random(3); changes > 0; changes--)
      fields = mutateFields(fields, this.#random, donor);
    return encode(keepsNumber ? [...valid.slice(0, 1), ...fields] : fields);
  }

  #leave(): void {
    const client = pick(this.#random, this.#clients);
    client.leave();
    this.#clients = this.#clients.filter((other) => other !== client);
    this.#leaving.push(client);
  }

  async #tick(ms: number): Promise<void> {
    await this.check();
    if (this.#random(4) === 0) this.#clock.sleep(ms);
    else this.#clock.advance(ms);
    await this.check();
  }

  #touchWindow(): void {
    const { keys, consent } = this.#agent;
    const random = this.#random;
    const listed = keys.list();
    const key = listed.length > 0 ? pick(random, listed) : undefined;
    const missed = consent.missed.list();
    const change = (done: Promise<unknown>) => void done.catch((error) => this.problems.push(String(error)));
    const acts: readonly (() => unknown)[] = [
      () => key && keys.setConfirm(key.id, random(2) === 0),
      () => key && keys.setLifetime(key.id, pick(random, [undefined, 1, 60])),
      () => key && keys.move(key.id, random(4)),
      () => key && keys.reencrypt(key.id),
      () => key && keys.encryptedFiles(key.id),
      () => {
        if (key && keys.remove(key.id)) this.#kept.noteRemoved(key.blob);
      },
      () => this.#agent.pause('the person paused it'),
      () => this.#agent.resume(),
      () => this.#agent.resume(),
      () => change(consent.policies.setDefaultLevel(pick(random, ['never', 'forwarded', 'always'] as const))),
      () =>
        change(Promise.all(consent.policies.policy.rules.map(({ id }) => consent.policies.removeRule(id)))),
      () => missed.length > 0 && consent.missed.allowNextTime(pick(random, missed).id),
      () => consent.offers.setLimit(pick(random, ['all', 1, 2] as const)),
      () => consent.activity.list('ssh', 5),
    ];
    pick(random, acts)();
  }

  /** As a lock may have come with a passphrase that was damaged on the way, the one that worked is taken. */
  #unlock(): void {
    this.#agent.resume();
    const passphrase = this.#lockPassphrase ?? new TextEncoder().encode(lockPassphrases[0]);
    const session = this.#agent.openSession(testPeer());
    const message = encode([
      { kind: 'bytes', bytes: Uint8Array.of(23) },
      { kind: 'string', fields: [{ kind: 'bytes', bytes: passphrase }] },
    ]);
    Promise.resolve(session.handle(message)).catch((error) => this.problems.push(String(error)));
  }

  #noteReply(request: Uint8Array, reply: Uint8Array): void {
    this.#answered++;
    if (request[0] === 22 && reply[0] === 6)
      this.#lockPassphrase = new WireReader(request.subarray(1)).readString();
    if (reply[0] === 14) this.#noteSignature(request, reply);
  }

  #noteSignature(request: Uint8Array, reply: Uint8Array): void {
    this.signatures++;
    if (this.#random(8) > 0) return;
    const reader = new WireReader(request.subarray(1));
    const [blob, data] = [reader.readString(), reader.readString()];
    const key = this.#parts.keys.find((known) => Buffer.compare(known.blob, blob) === 0);
    if (key && !key.verify(new WireReader(reply.subarray(1)).readString(), data))
      this.problems.push(`a signature that is none for ${hex(request)}`);
  }
}
