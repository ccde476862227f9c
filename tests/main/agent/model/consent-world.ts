// The agent that is held against the model: its connections, its person, its clock, and what came of each request.
import type { Session } from '../../../../main/agent/agent.ts';
import { type Agent, createAgent } from '../../../../main/agent/create-agent.ts';
import type {
  ConfirmRequest,
  PassphraseRequest,
  UnlockAgentAnswer,
} from '../../../../main/agent/ports/approver.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import {
  cheapOffload,
  foreignPpkFile,
  garbagePpkFile,
  namedEd25519Key,
  opensshFile,
  ppkFile,
} from '../../../fakes/cheap-key-files.ts';
import { settled } from '../../../fakes/crypto-in-turns.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { loginData, sid, testHost } from '../../../fakes/host-session.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { UnlockingApprover } from '../../../fakes/scripted-approver.ts';
import { addRequest, bytes, constrain, request, signRequest, testPeer } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import type { TestKey } from '../../../fakes/test-key.ts';
import type { Connection, IdentityName, Purpose, SignRequest, Wishes } from './consent-model.ts';

export const keyCount = 2;
const certificateCount = 2;
export const hostCount = 2;

/** The files of a key, and the passphrases that open them; of a foreign one another key comes out. */
export const fileNames = ['ppk', 'openssh', 'garbage', 'dear garbage', 'foreign'] as const;
export type FileName = (typeof fileNames)[number];
export const trueFiles: readonly FileName[] = ['ppk', 'openssh'];
export const passphraseOf = (key: number, file: FileName) => `${file} ${key}`;

const keys = Array.from({ length: keyCount }, (_, n) => namedEd25519Key(`model key ${n}`));
const hosts = Array.from({ length: hostCount }, (_, n) => testHost(namedEd25519Key(`model host ${n}`)));
const keyAt = (n: number) => keys[n] as TestKey;
const hostAt = (n: number) => hosts[n] as ReturnType<typeof testHost>;
const certificates = keys.map(({ blob }) =>
  Array.from({ length: certificateCount }, (_, serial) =>
    madeUpCertificate(blob, { principals: text(`${serial}`) }),
  ),
);
function text(value: string): Uint8Array {
  return new WireWriter().text(value).finish();
}

const files = await Promise.all(
  keys.map(async (key, n) => ({
    ppk: await ppkFile(key, passphraseOf(n, 'ppk')),
    openssh: await opensshFile(key, passphraseOf(n, 'openssh')),
    garbage: await garbagePpkFile(key),
    'dear garbage': await garbagePpkFile(key, 'dear', 20),
    foreign: await foreignPpkFile(key, namedEd25519Key('foreign'), passphraseOf(n, 'foreign')),
  })),
);
const clearFiles = await Promise.all(keys.map((key) => ppkFile(key)));

export const blobOf = ({ key, certificate }: IdentityName): Uint8Array =>
  certificate === undefined ? keyAt(key).blob : (certificates[key]?.[certificate] as Uint8Array);

function constraintBytes({ confirm, lifetimeMs, steps }: Wishes): Uint8Array {
  const writer = new WireWriter();
  if (lifetimeMs !== undefined) writer.bytes(constrain.lifetime(lifetimeMs / 1000));
  if (confirm) writer.bytes(constrain.confirm());
  const host = (n: number) => [`host ${n}`, hostAt(n)] as const;
  if (steps)
    writer.bytes(
      restrict(
        ...steps.map(({ from, to, user }) => ({
          to: host(to),
          ...(from !== undefined && { from: host(from) }),
          ...(user && { user }),
        })),
      ),
    );
  return writer.finish();
}

export function dataOf(name: IdentityName, purpose: Purpose): Uint8Array {
  switch (purpose.kind) {
    case 'login': {
      const host = purpose.host === undefined ? undefined : hostAt(purpose.host).key.blob;
      return loginOf(blobOf(name), purpose.user, sid(purpose.session), host);
    }
    case 'sshsig': {
      const writer = new WireWriter().bytes(bytes('SSHSIG')).text(purpose.namespace).text('').text('sha512');
      return writer.string(new Uint8Array(64).fill(purpose.hash)).finish();
    }
    case 'unknown':
      return Uint8Array.of(purpose.byte);
  }
}

/** As `loginData`, with the algorithm's name that goes with the key or certificate. */
function loginOf(
  blob: Uint8Array,
  user: string,
  session: Uint8Array,
  host: Uint8Array | undefined,
): Uint8Array {
  const algorithm = new WireReader(blob).readText();
  const plain = loginData(blob, user, session, host);
  const [before, name] = [new WireReader(plain), 'ssh-ed25519'];
  if (algorithm === name) return plain;
  const head = new WireWriter().string(before.readString()).byte(before.readByte());
  for (let strings = 3; strings > 0; strings--) head.string(before.readString());
  head.boolean(before.readBoolean());
  before.readString();
  return head.text(algorithm).bytes(before.readRest()).finish();
}

/** A reply, to a request that may have come long before. */
export interface Outcome {
  readonly pending: Pending;
  readonly reply: Uint8Array;
}

export interface Pending {
  readonly client: Client;
  /** Left out: another request than one for a signature. */
  readonly sign?: SignRequest;
  readonly unlocksWith?: string;
  /** It might be refused when it came, though what it waited for has come by now. */
  readonly mayRefuse?: boolean;
  hasWaited: boolean;
}

export interface Client {
  readonly pid: number;
  readonly session: Session;
  readonly connection: Connection;
  pending: Pending | undefined;
}

/** Notes who is shown first when a prompt for a passphrase comes up. */
class WatchingApprover extends UnlockingApprover {
  readonly firstShown = new Map<string, number | undefined>();

  override askPassphrase(...[request, signal]: Parameters<UnlockingApprover['askPassphrase']>) {
    if (!this.firstShown.has(request.id)) this.firstShown.set(request.id, request.requesters()[0]?.pid);
    return super.askPassphrase(request, signal);
  }
}

const executables = ['/usr/bin/ssh', '/usr/bin/git'] as const;

export class ConsentWorld {
  readonly clock = new ManualClock();
  readonly approver = new WatchingApprover();
  readonly agent: Agent;
  clients: Client[] = [];
  lastWanted: SignRequest | undefined;
  /** What has happened, to be read in a failure. */
  readonly trace: string[] = [];
  lockedSteps = 0;
  #outcomes: Outcome[] = [];
  #nextPid = 1;

  constructor() {
    this.agent = createAgent({ approver: this.approver, clock: this.clock, offload: cheapOffload });
  }

  connect(connection: Connection): Client {
    const pid = this.#nextPid++;
    const executable = executables[connection.program];
    const facts = { pid, parents: [], connections: [], ...(executable && { executable }) };
    const peer = testPeer({ pid, mayPrompt: connection.mayPrompt, describe: () => Promise.resolve(facts) });
    const session = this.agent.openSession(peer);
    const client = { pid, session, connection, pending: undefined };
    this.clients.push(client);
    return client;
  }

  async leave(client: Client): Promise<void> {
    client.connection.hasLeft = true;
    client.session.close();
    this.clients = this.clients.filter((other) => other !== client);
    await settled();
  }

  /** Sends a request. */
  post(client: Client, message: Uint8Array, more: Omit<Pending, 'client' | 'hasWaited'> = {}): void {
    const pending = { client, hasWaited: false, ...more };
    this.lastWanted = more.sign ?? this.lastWanted;
    client.pending = pending;
    void Promise.resolve(client.session.handle(message)).then((reply) => {
      client.pending = undefined;
      this.#outcomes.push({ pending, reply });
    });
  }

  /** Sends a request, and lets happen what needs neither the clock nor the person. */
  async send(...request: Parameters<ConsentWorld['post']>): Promise<void> {
    this.post(...request);
    await settled();
  }

  /** The requests for signatures that are not answered yet. */
  get waiting(): readonly SignRequest[] {
    return this.clients.flatMap(({ pending }) => (pending?.sign ? [pending.sign] : []));
  }

  takeOutcomes(): readonly Outcome[] {
    for (const { pending } of this.clients) if (pending) pending.hasWaited = true;
    return this.#outcomes.splice(0);
  }

  /** The confirmation that the person is asked for now. */
  get openConfirm() {
    return this.approver.confirms.findLast((prompt) => !prompt.signal.aborted && !this.#answered.has(prompt));
  }

  get openPassphrase() {
    return this.approver.passphrases.findLast(
      ({ signal, request: { attempt, id } }) => !signal.aborted && !this.#answered.has(`${id} ${attempt}`),
    );
  }

  /** The question whether it is to be unlocked that the person is asked now. */
  get openUnlock() {
    return this.approver.unlocks.findLast((prompt) => !prompt.signal.aborted && !this.#answered.has(prompt));
  }

  async answerUnlock(answer: UnlockAgentAnswer): Promise<void> {
    const prompt = this.openUnlock;
    if (prompt === undefined) return;
    this.#answered.add(prompt);
    prompt.answer(answer);
    await settled();
  }

  readonly #answered = new Set<unknown>();

  async answerConfirm(
    answer: Parameters<NonNullable<ConsentWorld['openConfirm']>['answer']>[0],
  ): Promise<void> {
    const prompt = this.openConfirm;
    if (prompt === undefined) return;
    this.#answered.add(prompt);
    prompt.answer(answer);
    await settled();
  }

  /** `opens`: it is the passphrase of a file that is there. `meanwhile` is done while it is tried. */
  async answerPassphrase(
    answer: Parameters<NonNullable<ConsentWorld['openPassphrase']>['answer']>[0],
    opens: boolean,
    meanwhile: () => void,
  ): Promise<void> {
    const prompt = this.openPassphrase;
    if (prompt === undefined) return;
    this.#answered.add(`${prompt.request.id} ${prompt.request.attempt}`);
    prompt.answer(answer);
    await new Promise((resolve) => setImmediate(resolve));
    meanwhile();
    await settled();
    // What is dear is allowed, so that the file has its turn that the passphrase opens.
    while (opens && this.openConfirm?.request.reason.kind === 'expensive-decryption')
      await this.answerConfirm('allow');
  }

  async tick(ms: number, isAsleep = false): Promise<void> {
    if (isAsleep) this.clock.sleep(ms);
    else this.clock.advance(ms);
    await settled();
  }

  /** The signature requests that the prompt shows. */
  shownBy(request: Pick<ConfirmRequest, 'requesters'>): readonly SignRequest[] {
    const pids = request.requesters().map(({ pid }) => pid);
    return this.clients.flatMap(({ pid, pending }) =>
      pids.includes(pid) && pending?.sign ? [pending.sign] : [],
    );
  }

  /** The one of `shown` that the prompt has shown first since it came up; undefined when that has left. */
  firstOf({ id, requesters }: Pick<PassphraseRequest, 'id' | 'requesters'>): SignRequest | undefined {
    const pid = this.approver.firstShown.get(id);
    if (!requesters().some((requester) => requester.pid === pid)) return undefined;
    return this.clients.find((client) => client.pid === pid)?.pending?.sign;
  }

  /** As the window calls it; undefined when it is not there. */
  idOf(name: IdentityName): string | undefined {
    return this.agent.keys.list().find(({ blob }) => Buffer.compare(blob, blobOf(name)) === 0)?.id;
  }

  async listedBy(client: Client): Promise<readonly Uint8Array[]> {
    const reader = new WireReader(await client.session.handle(Uint8Array.of(11)));
    reader.readByte();
    return Array.from({ length: reader.readUint32() }, () => {
      const blob = reader.readString();
      reader.readString();
      return blob;
    });
  }
}

// Messages.

export function addClearMessage(name: IdentityName, comment: string, wishes: Wishes): Uint8Array {
  const { privateFields } = keyAt(name.key);
  if (name.certificate === undefined)
    return addRequest({ privateFields }, comment, constraintBytes(wishes)).finish();
  const fields = new WireReader(privateFields);
  fields.readString();
  const certificate = blobOf(name);
  const certified = new WireWriter().text(new WireReader(certificate).readText()).string(certificate);
  return addRequest(
    { privateFields: certified.bytes(fields.readRest()).finish() },
    comment,
    constraintBytes(wishes),
  ).finish();
}

const addFileMessage = (file: Uint8Array, name: IdentityName, comment: string, wishes: Wishes) =>
  request(27)
    .text('add-key-file@sallyport')
    .string(file)
    .string(blobOf(name))
    .text(comment)
    .bytes(constraintBytes(wishes))
    .finish();

export const addEncryptedMessage = (file: FileName, name: IdentityName, comment: string, wishes: Wishes) =>
  addFileMessage((files[name.key] as (typeof files)[0])[file], name, comment, wishes);

export const addClearFileMessage = (name: IdentityName, comment: string, wishes: Wishes) =>
  addFileMessage(clearFiles[name.key] as Uint8Array, name, comment, wishes);

/** Makes each thing once: signatures take most of the time of a step. */
function once<T>(things: Map<string, T>, id: string, make: () => T): T {
  const thing = things.get(id) ?? make();
  things.set(id, thing);
  return thing;
}

const binds = new Map<string, Uint8Array>();
export const bindMessage = (host: number, session: number, forwarded: boolean, isTrue: boolean) =>
  once(binds, JSON.stringify([host, session, forwarded, isTrue]), () => {
    const bind = hostAt(host).bind(sid(session), forwarded);
    if (!isTrue) bind.fill(1, -8, -2);
    return request(27).text('session-bind@openssh.com').bytes(bind).finish();
  }).slice();

export const signMessage = (name: IdentityName, purpose: Purpose) =>
  signRequest(blobOf(name), dataOf(name, purpose)).finish();

export const nameMessage = (number: number, name: IdentityName) =>
  request(number).string(blobOf(name)).finish();
export const reencryptMessage = (name: IdentityName) =>
  request(27).text('reencrypt@putty.projects.tartarus.org').string(blobOf(name)).finish();
export const passphraseMessage = (number: number, passphrase: string) =>
  request(number).text(passphrase).finish();

const verified = new Map<string, boolean>();
/** Whether a reply holds a signature of the request's data by its key. */
export function isSignature(reply: Uint8Array, { name, purpose }: SignRequest): boolean {
  const id = JSON.stringify([name, purpose, Buffer.from(reply).toString('latin1')]);
  return once(verified, id, () => {
    const reader = new WireReader(reply);
    return reader.readByte() === 14 && keyAt(name.key).verify(reader.readString(), dataOf(name, purpose));
  });
}
