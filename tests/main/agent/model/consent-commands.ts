// The steps that agent and model take together. Which connection, key or file a step is about is a number, taken
// modulo what there is, so that a sequence that is cut down by shrinking keeps its sense.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { KeepUnlocked, RememberFor } from '../../../../main/agent/ports/approver.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { compare, judgeOutcomes } from './consent-check.ts';
import type {
  Binding,
  Connection,
  ConsentModel,
  IdentityName,
  Level,
  Purpose,
  RuleName,
  Step,
  Wishes,
} from './consent-model.ts';
import {
  addClearFileMessage,
  addClearMessage,
  addEncryptedMessage,
  bindMessage,
  type Client,
  type ConsentWorld,
  type FileName,
  fileNames,
  hostCount,
  keyCount,
  nameMessage,
  passphraseMessage,
  passphraseOf,
  reencryptMessage,
  signMessage,
  trueFiles,
} from './consent-world.ts';

/** Answers false when there was nothing to do. */
type Act = (model: ConsentModel, world: ConsentWorld) => Promise<boolean | undefined>;
export type ConsentCommand = fc.AsyncCommand<ConsentModel, ConsentWorld>;

let steps = 0;
/** How many steps were taken since the last call. */
export function takeStepCount(): number {
  const taken = steps;
  steps = 0;
  return taken;
}

/** A step that is named as it is to be read in a failure, and after which everything is compared. */
function command(name: string, act: Act): ConsentCommand {
  return {
    check: () => true,
    async run(model, world) {
      // Nothing much happens while all is refused.
      if (model.isLocked && ++world.lockedSteps > 3) await open(model, world);
      world.trace.push(name);
      if ((await act(model, world)) === false) return;
      steps++;
      await compare(model, world, steps);
    },
    toString: () => name,
  };
}

const nth = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length];
const idleClients = ({ clients }: ConsentWorld) => clients.filter(({ pending }) => pending === undefined);

/** A step of a client that waits for nothing. */
function byClient(
  name: string,
  index: number,
  act: (client: Client, ...all: Parameters<Act>) => Promise<unknown>,
) {
  return command(`${index}: ${name}`, async (model, world) => {
    const client =
      nth(idleClients(world), index) ??
      (await connect({ program: index % 2, mayPrompt: true }, [], model, world));
    return client !== undefined && (await act(client, model, world)) !== false;
  });
}

/** Sends what the model has carried out already, and judges what it set free; the reply tells whether it was taken. */
async function send(
  client: Client,
  message: Uint8Array,
  isTaken: boolean,
  model: ConsentModel,
  world: ConsentWorld,
): Promise<undefined> {
  model.settle();
  await world.send(client, message);
  const own = judgeOutcomes(model, world).findLast(({ pending }) => pending.client === client);
  expect(own?.reply[0] === 6, 'taken').toBe(isTaken);
}

const showName = ({ key, certificate }: IdentityName) =>
  certificate === undefined ? `key ${key}` : `certificate ${certificate} of key ${key}`;
const show = (value: object) => JSON.stringify(value);

const small = (below: number) => fc.nat(below - 1);
const oneIn = (n: number) => fc.nat(n - 1).map((dice) => dice === 0);
const client = small(4);
/** Few, and one key above all, so that much meets at one. */
const names = fc.constantFrom<IdentityName[]>(
  ...Array.from({ length: 3 }, () => ({ key: 0, certificate: undefined })),
  ...[0, 0, 0, 1].map((certificate) => ({ key: 0, certificate })),
  { key: 1, certificate: undefined },
);
const ways: readonly (readonly Step[])[] = [
  [{ to: 0 }],
  [{ to: 1 }],
  [{ to: 0, user: 'git' }],
  [{ to: 0 }, { from: 0, to: 1 }],
  [{ to: 0 }, { from: 1, to: 1 }],
];
const allNames = Array.from({ length: keyCount }, (_, key) => [
  { key, certificate: undefined },
  { key, certificate: 0 },
]).flat();
/** Mostly those that are there. */
const listed = small(16);
const nameAt = (model: ConsentModel, n: number): IdentityName =>
  (n < 14 && nth([...model.identities.values()], n)?.name) || (nth(allNames, n) as IdentityName);
const lifetimes = fc.constantFrom(0, 5000, 5000, 60_000, 600_000);
/** What may be wished for a key. */
const plain: fc.Arbitrary<Wishes> = fc.constant({ confirm: false });
const confirmed: fc.Arbitrary<Wishes> = fc.constant({ confirm: true });
const passing: fc.Arbitrary<Wishes> = fc.record({ confirm: fc.boolean(), lifetimeMs: lifetimes });
const restricted: fc.Arbitrary<Wishes> = fc.record({
  confirm: oneIn(6),
  steps: fc.constantFrom(...ways),
});

const addClear = (wishes: fc.Arbitrary<Wishes>) =>
  fc.tuple(client, names, wishes, fc.boolean()).map(([n, name, asked, asFile]) =>
    byClient(
      `adds ${showName(name)} in clear${asFile ? ' as a file' : ''}, ${show(asked)}`,
      n,
      async (from, model, world) => {
        const message = (asFile ? addClearFileMessage : addClearMessage)(name, 'clear', asked);
        await send(from, message, model.addClear(name, 'clear', asked, from.connection), model, world);
      },
    ),
  );

const addEncrypted = (wishes: fc.Arbitrary<Wishes>) =>
  fc
    .tuple(client, names, wishes, fc.constantFrom<FileName>('ppk', ...fileNames))
    .map(([n, name, asked, file]) =>
      byClient(
        `adds the ${file} file as ${showName(name)}, ${show(asked)}`,
        n,
        async (from, model, world) => {
          const isTaken = model.addEncrypted(name, file, file, asked, from.connection);
          await send(from, addEncryptedMessage(file, name, file, asked), isTaken, model, world);
        },
      ),
    );

/** Whoever has seen a file that the person has opened adds it under another name. */
const addOpened = (wishes: fc.Arbitrary<Wishes>) =>
  fc.tuple(client, names, wishes).map(([n, name, asked]) =>
    byClient(
      `adds the file opened last as ${showName(name)}, ${show(asked)}`,
      n,
      async (from, model, world) => {
        const form = model.group(name.key).forms.find(({ opened }) => opened);
        if (form === undefined) return false;
        const isTaken = model.addEncrypted(name, form.file, form.file, asked, from.connection);
        const message = addEncryptedMessage(form.file as FileName, name, form.file, asked);
        return send(from, message, isTaken, model, world);
      },
    ),
  );

const remove = fc.tuple(client, listed).map(([n, which]) =>
  byClient('removes an identity', n, async (from, model, world) => {
    const name = nameAt(model, which);
    world.trace.push(`which is ${showName(name)}`);
    const isVisible = model.visible(from.connection).some((identity) => identity === model.find(name));
    if (isVisible) model.remove(name);
    await send(from, nameMessage(18, name), isVisible, model, world);
  }),
);

const removeAll = client.map((n) =>
  byClient('removes all', n, async (from, model, world) => {
    const { isLocked } = model;
    for (const { name } of model.permitted(from.connection)) model.remove(name);
    await send(from, Uint8Array.of(19), !isLocked && model.identities.size === 0, model, world);
  }),
);

const reencrypt = fc.tuple(client, listed).map(([n, which]) =>
  byClient('re-encrypts an identity', n, async (from, model, world) => {
    const name = nameAt(model, which);
    world.trace.push(`which is ${showName(name)}`);
    const isVisible = model.visible(from.connection).some((identity) => identity === model.find(name));
    await send(from, reencryptMessage(name), isVisible && model.reencrypt(name.key), model, world);
  }),
);

const lock = client.map((n) =>
  byClient('locks', n, async (from, model, world) => {
    const { bindings, bindFailed } = from.connection;
    const isTaken = !model.isLocked && bindings.length === 0 && !bindFailed;
    if (isTaken) {
      model.lockedBy = 'lock';
      for (const request of world.waiting) request.isSealed = true;
      model.seal();
      world.lockedSteps = 0;
    }
    await send(from, passphraseMessage(22, 'lock'), isTaken, model, world);
  }),
);

/** Lets happen what needs neither the clock nor the person, and judges it. */
async function happen(model: ConsentModel, world: ConsentWorld): Promise<undefined> {
  await world.tick(0);
  judgeOutcomes(model, world);
}

/** A wrong passphrase is answered later, by the clock. */
const unlock = fc.tuple(client, fc.constantFrom('lock', 'lock', 'wrong')).map(([n, passphrase]) =>
  byClient(`unlocks with "${passphrase}"`, n, async (from, model, world) => {
    await world.send(from, passphraseMessage(23, passphrase), { unlocksWith: passphrase });
    judgeOutcomes(model, world);
  }),
);

/** The person goes on, and somebody unlocks, if it was locked. */
async function open(model: ConsentModel, world: ConsentWorld): Promise<void> {
  goOn(model, world);
  await happen(model, world);
  world.lockedSteps = 0;
  if (model.lockedBy === undefined) return;
  const unbound = idleClients(world).find(({ connection }) => connection.bindings.length === 0);
  const from = unbound ?? (await connect({ program: 0, mayPrompt: true }, [], model, world));
  if (from === undefined) return;
  await world.send(from, passphraseMessage(23, 'lock'), { unlocksWith: 'lock' });
  judgeOutcomes(model, world);
}

function goOn(model: ConsentModel, world: ConsentWorld): void {
  world.agent.resume();
  model.goOn(world.waiting);
}

function pauseBoth(model: ConsentModel, world: ConsentWorld): void {
  if (!model.paused) world.lockedSteps = 0;
  world.agent.pause('paused');
  model.pause(world.waiting);
}

/** What comes at once leaves nobody the time to go on in between. */
const pauses = [['pauses'], ['pauses'], ['goes on'], ['goes on', 'pauses'], ['goes on', 'pauses', 'goes on']];
const pause = fc.constantFrom(...pauses).map((all) =>
  command(`the person ${all.join(' and at once ')}`, async (model, world) => {
    for (const what of all) (what === 'pauses' ? pauseBoth : goOn)(model, world);
    return happen(model, world);
  }),
);

const binding: fc.Arbitrary<Binding> = fc.record({
  host: small(hostCount),
  session: fc.integer({ min: 1, max: 3 }),
  forwarded: fc.boolean(),
});
const bind = fc.tuple(client, binding, fc.nat(9)).map(([n, bound, dice]) =>
  byClient(
    `binds ${show(bound)}${dice === 0 ? ' with a false signature' : ''}`,
    n,
    async (from, model, world) => {
      const message = bindMessage(bound.host, bound.session, bound.forwarded, dice > 0);
      await send(from, message, model.bind(from.connection, bound, dice > 0), model, world);
    },
  ),
);

const purposes: fc.Arbitrary<Purpose> = fc.oneof(
  fc
    .record({
      user: fc.constantFrom('git', 'root'),
      session: fc.integer({ min: 1, max: 3 }),
      host: fc.option(small(hostCount), { nil: undefined }),
    })
    .map(({ user, session, host }) => ({
      kind: 'login' as const,
      user,
      session,
      ...(host !== undefined && { host }),
    })),
  fc.record({
    kind: fc.constant('sshsig' as const),
    namespace: fc.constantFrom('git', 'file'),
    hash: small(2),
  }),
  fc.record({ kind: fc.constant('unknown' as const), byte: small(2) }),
);

/** Sends a request for a signature; it is answered at once, or the person is asked, unless that may be refused. */
async function want(
  client: Client,
  name: IdentityName,
  purpose: Purpose,
  model: ConsentModel,
  world: ConsentWorld,
): Promise<undefined> {
  const { waiting } = world;
  const { connection } = client;
  world.trace.push(`${show({ ...connection, purpose })} by ${showName(name)}`);
  const request = model.ask({ name, connection, purpose });
  await world.send(client, signMessage(name, purpose), { sign: request });
  const own = judgeOutcomes(model, world).find(({ pending }) => pending.sign === request);
  if (own && own.reply[0] !== 14 && model.mayAsk(request) && !model.maySuppress(request, waiting))
    expect.fail('refused unasked');
  if (own === undefined && model.isLocked && !model.mayAsk(request)) expect.fail('asked for nothing');
}

/** The login to the host that the connection was bound to; the host is named or not, as it was drawn. */
const boundAs = (login: Purpose & { kind: 'login' }, { host, session }: Binding): Purpose => ({
  ...login,
  session,
  ...(login.host !== undefined && { host }),
});

const sign = fc.tuple(client, listed, purposes, fc.boolean()).map(([n, which, drawn, isBound]) =>
  byClient(`wants ${show(drawn)} signed${isBound ? ', as bound' : ''}`, n, async (from, model, world) => {
    const last = from.connection.bindings.at(-1);
    const purpose = isBound && last && drawn.kind === 'login' ? boundAs(drawn, last) : drawn;
    const name = nameAt(model, which);
    // Nothing to learn from many that want what is not there.
    if (which > 0 && model.find(name) === undefined) return false;
    return want(from, name, purpose, model, world);
  }),
);

/** What differs from an earlier request in one thing, or in none. */
const changes: readonly ((purpose: Purpose) => Purpose)[] = [
  (purpose) => purpose,
  (purpose) => {
    switch (purpose.kind) {
      case 'login':
        return { ...purpose, session: (purpose.session % 3) + 1 };
      case 'sshsig':
        return { ...purpose, hash: 1 - purpose.hash };
      case 'unknown':
        return { ...purpose, byte: 1 - purpose.byte };
    }
  },
  (purpose) => {
    if (purpose.kind === 'login') return { ...purpose, user: purpose.user === 'git' ? 'root' : 'git' };
    return purpose.kind === 'sshsig' ? { ...purpose, namespace: 'file' } : purpose;
  },
  (purpose) => (purpose.kind === 'login' ? { ...purpose, host: 1 - (purpose.host ?? 0) } : purpose),
];
const likeness = fc.record({
  which: small(4),
  change: fc.constantFrom(0, 1, 1, 2, 3),
  otherProgram: oneIn(6),
  otherPath: oneIn(6),
  otherCertificate: oneIn(8),
});
type Likeness = typeof likeness extends fc.Arbitrary<infer T> ? T : never;

async function connect(
  connection: Pick<Connection, 'program' | 'mayPrompt'>,
  path: readonly Binding[],
  model: ConsentModel,
  world: ConsentWorld,
): Promise<Client | undefined> {
  if (world.clients.length >= 5) return undefined;
  const comes = world.connect({ ...connection, bindings: [], bindFailed: false, hasLeft: false });
  for (const { host, session, forwarded } of path) {
    const isTaken = model.bind(comes.connection, { host, session, forwarded }, true);
    await send(comes, bindMessage(host, session, forwarded, true), isTaken, model, world);
  }
  return comes;
}

/** What a client may want that is the same as another waits for, or was the last to want, or nearly the same. */
async function alike(
  like: Likeness,
  model: ConsentModel,
  world: ConsentWorld,
): Promise<readonly [Client, IdentityName, Purpose] | undefined> {
  const earlier = nth(world.waiting, like.which) ?? world.lastWanted;
  if (earlier === undefined || (like.which > 0 && model.find(earlier.name) === undefined)) return undefined;
  const { mayPrompt } = earlier.connection;
  const program = like.otherProgram ? 1 - earlier.connection.program : earlier.connection.program;
  const path = earlier.connection.bindings.map((hop, n) =>
    like.otherPath && n === 0 ? { ...hop, host: 1 - hop.host } : hop,
  );
  const same = idleClients(world).find(
    ({ connection }) => connection.program === program && show(connection.bindings) === show(path),
  );
  const from = same ?? (await connect({ program, mayPrompt }, path, model, world));
  const name = like.otherCertificate ? { ...earlier.name, certificate: 0 } : earlier.name;
  const purpose = changes[like.change]?.(earlier.purpose) ?? earlier.purpose;
  return from && [from, name, purpose];
}

const signAlike = likeness.map((like) =>
  command(`another wants nearly the same, ${show(like)}`, async (model, world) => {
    const wanted = await alike(like, model, world);
    if (wanted === undefined) return false;
    return want(...wanted, model, world);
  }),
);

const rememberMs: Record<RememberFor, number> = {
  '5-minutes': 300_000,
  '1-hour': 3_600_000,
  'until-locked': Number.POSITIVE_INFINITY,
};
const confirmAnswer = fc.constantFrom('allow', 'allow', 'deny', '5-minutes', 'until-locked' as const);

async function answerConfirm(
  prompt: NonNullable<ConsentWorld['openConfirm']>,
  answer: 'allow' | 'deny' | RememberFor,
  model: ConsentModel,
  world: ConsentWorld,
): Promise<undefined> {
  const { reason, mayRemember, usualRemember } = prompt.request;
  const shown = world.shownBy(prompt.request);
  world.trace.push(`which is "${answer}"`);
  const remember = answer === 'allow' || answer === 'deny' ? undefined : answer;
  if (reason.kind === 'use-key') {
    expect(mayRemember, 'may be remembered').toBe(shown.every((request) => model.mayRemember(request)));
    expect(usualRemember !== undefined, 'is for the kind').toBe(
      shown.every((request) => model.isForTheKind(request)),
    );
    if (answer !== 'deny') model.allow(shown, remember && rememberMs[remember], world.waiting);
  }
  await world.answerConfirm(remember ? { kind: 'allow', remember } : (answer as 'allow' | 'deny'));
  judgeOutcomes(model, world);
}

/** One question for all that wait. */
async function answerUnlock(
  prompt: NonNullable<ConsentWorld['openUnlock']>,
  unlocks: boolean,
  model: ConsentModel,
  world: ConsentWorld,
): Promise<undefined> {
  world.trace.push(`which ${unlocks ? 'unlocks it' : 'leaves it locked'}`);
  const { waiting } = world;
  expect(prompt.request.waiting(), 'all are shown').toHaveLength(waiting.length);
  if (unlocks) model.goOn(waiting);
  await world.answerUnlock(unlocks ? 'unlock' : 'stay-locked');
  judgeOutcomes(model, world);
  if (!unlocks) expect(world.waiting, 'all are refused').toEqual([]);
}

const keeps: readonly KeepUnlocked[] = [
  { kind: 'once' },
  { kind: 'for', seconds: 60 },
  { kind: 'until-locked' },
];

const typing = fc.record({
  file: fc.constantFrom<(FileName | 'cancel' | 'wrong')[]>(
    ...(['ppk', 'ppk', 'ppk', 'openssh', 'foreign', 'wrong', 'cancel'] as const),
  ),
  keep: fc.constantFrom(...keeps),
  meanwhile: fc.constantFrom('', '', 'another asks', 'the key is removed'),
  like: likeness,
});
type Typing = typeof typing extends fc.Arbitrary<infer T> ? T : never;

/** Types the passphrase of a file of the key that is asked for, or cancels; perhaps something happens meanwhile. */
async function answerPassphrase(
  prompt: NonNullable<ConsentWorld['openPassphrase']>,
  { file, keep, meanwhile, like }: Typing,
  model: ConsentModel,
  world: ConsentWorld,
): Promise<undefined> {
  const shown = world.shownBy(prompt.request);
  const [{ name } = {}] = shown;
  if (name === undefined) throw new Error('nobody waits for the passphrase');
  const first = world.firstOf(prompt.request);
  expect(prompt.request.alsoAllows?.(), 'the passphrase allows').toBe(model.alsoAllowed(first));
  world.trace.push(`which is that of ${file} of key ${name.key}, kept ${show(keep)}, ${meanwhile}`);
  const answer = typed(file === 'wrong' ? file : passphraseOf(name.key, file as FileName), keep);
  const wanted = meanwhile === 'another asks' ? await alike(like, model, world) : undefined;
  const isTrue = trueFiles.includes(file as FileName);
  const opens = isTrue && model.group(name.key).forms.some((form) => form.file === file);
  await world.answerPassphrase(file === 'cancel' ? { kind: 'cancelled' } : answer, opens, () => {
    if (wanted) {
      const [late, wants, purpose] = wanted;
      const request = model.ask({ name: wants, connection: late.connection, purpose });
      const mayRefuse =
        model.mustWait(request) && (!model.mayAsk(request) || model.maySuppress(request, world.waiting));
      world.post(late, signMessage(wants, purpose), { sign: request, mayRefuse });
    }
    if (meanwhile === 'the key is removed') removeAtWindow(name, model, world);
    // The prompt is closed, and nothing opened, when nobody waits any more.
    const stay = shown.filter((request) => model.find(request.name) !== undefined);
    if (stay.length > 0 && isTrue)
      model.open(name.key, file, keep, {
        waiting: stay,
        all: world.waiting,
        ...(first && stay.includes(first) && { first }),
      });
  });
  judgeOutcomes(model, world);
}

function removeAtWindow(name: IdentityName, model: ConsentModel, world: ConsentWorld): void {
  const id = world.idOf(name);
  if (id === undefined) return;
  world.agent.keys.remove(id);
  model.remove(name);
}

/** The person answers what they are asked. */
const answer = fc.tuple(confirmAnswer, typing).map(([answered, typedIn]) =>
  command('the person answers', async (model, world) => {
    const { openUnlock, openConfirm, openPassphrase } = world;
    if (openUnlock) return answerUnlock(openUnlock, answered !== 'deny', model, world);
    if (openConfirm) return answerConfirm(openConfirm, answered, model, world);
    if (openPassphrase) return answerPassphrase(openPassphrase, typedIn, model, world);
    return false;
  }),
);

/** The sessions that a client's connection is bound to when it comes, in order. */
const paths: readonly (readonly Binding[])[] = [
  [{ host: 0, session: 1, forwarded: false }],
  [{ host: 1, session: 1, forwarded: false }],
  [{ host: 0, session: 1, forwarded: true }],
  [{ host: 1, session: 1, forwarded: true }],
  [
    { host: 0, session: 1, forwarded: true },
    { host: 1, session: 2, forwarded: false },
  ],
  [
    { host: 1, session: 1, forwarded: true },
    { host: 1, session: 2, forwarded: false },
  ],
];
const comes = (path: fc.Arbitrary<readonly Binding[]>) =>
  fc
    .tuple(small(2), fc.nat(4), path)
    .map(([program, dice, bindings]) =>
      command(
        `a client of program ${program} comes${dice === 0 ? ', which may not prompt' : ''} ${show(bindings)}`,
        async (model, world) =>
          (await connect({ program, mayPrompt: dice > 0 }, bindings, model, world)) !== undefined,
      ),
    );

const leave = client.map((n) =>
  command(`client ${n} leaves`, async (model, world) => {
    const gone = nth(world.clients, n);
    if (world.clients.length < 2 || gone === undefined) return false;
    await world.leave(gone);
    return happen(model, world);
  }),
);

const tick = fc.tuple(fc.constantFrom(100, 3000, 5000, 61_000, 301_000), oneIn(3)).map(([ms, isAsleep]) =>
  command(`${ms / 1000} s ${isAsleep ? 'are slept through' : 'go by'}`, async (model, world) => {
    model.nowMs += ms;
    model.settle();
    await world.tick(ms, isAsleep);
    // After a sleep no timer has fired yet: what has expired goes when something asks.
    if (isAsleep) world.agent.keys.list();
    return happen(model, world);
  }),
);

const setLevel = fc
  .constantFrom<Level>('never', 'never', 'forwarded', 'new', 'new', 'new', 'always')
  .map((level) =>
    command(`the person sets the level ${level}`, async (model, world) => {
      await world.agent.consent.policies.setDefaultLevel(level);
      model.policy = { ...model.policy, level };
      return happen(model, world);
    }),
  );

const rules: Record<RuleName, object> = {
  'allow git signatures': { action: 'allow', purpose: 'sshsig', namespace: 'git' },
  'ask for root': { action: 'ask', user: 'root' },
  'deny forwarded': { action: 'deny', origin: 'forwarded' },
};
const changeRules = fc
  .option(fc.constantFrom(...(Object.keys(rules) as RuleName[])), { nil: undefined, freq: 2 })
  .map((name) =>
    command(
      name === undefined ? 'the person removes all rules' : `the person adds the rule to ${name}`,
      async (model, world) => {
        const { policies } = world.agent.consent;
        if (name === undefined && model.policy.rules.length === 0) return false;
        // It would never count after itself, so that it is refused.
        if (name !== undefined && model.policy.rules.includes(name)) return false;
        if (name !== undefined) await policies.addRule(rules[name]);
        else for (const { id } of policies.policy.rules) await policies.removeRule(id);
        const { level, rules: before } = model.policy;
        model.policy = { level, rules: name === undefined ? [] : [...before, name] };
        return happen(model, world);
      },
    ),
  );

const changeKey = fc
  .tuple(listed, fc.constantFrom('ask', 'do not ask', 'for a minute', 'for good', 'remove'))
  .map(([which, change]) =>
    command(`the person says of an identity: ${change}`, async (model, world) => {
      const name = nameAt(model, which);
      world.trace.push(`which is ${showName(name)}`);
      const identity = model.find(name);
      const id = world.idOf(name);
      if (identity === undefined || id === undefined) return false;
      const { keys } = world.agent;
      if (change === 'remove') {
        removeAtWindow(name, model, world);
      } else if (change.startsWith('for')) {
        const seconds = change === 'for good' ? undefined : 60;
        keys.setLifetime(id, seconds);
        identity.personalEndMs =
          seconds === undefined ? Number.POSITIVE_INFINITY : model.nowMs + seconds * 1000;
      } else {
        keys.setConfirm(id, change === 'ask');
        if (!model.confirms(identity)) identity.askEachUse = change === 'ask';
      }
      return happen(model, world);
    }),
  );

const often = (times: number, ...some: readonly fc.Arbitrary<ConsentCommand>[]) =>
  Array.from({ length: times }, () => some).flat();

/** What is rare and goes with everything. */
const rest = [
  ...often(3, bind, remove, changeKey, leave),
  ...often(2, comes(fc.constant([])), tick, setLevel, changeRules),
  ...often(1, removeAll, reencrypt, lock, unlock, pause, pause),
];
const adds = (times: number, wishes: fc.Arbitrary<Wishes>) => [
  ...often(times, addEncrypted(wishes), addOpened(wishes), addClear(wishes)),
];

/** A sequence is about one thing above all: what needs several rare steps that fit would else never meet. */
export const themes: readonly (readonly fc.Arbitrary<ConsentCommand>[])[] = [
  [
    ...rest,
    ...often(10, sign, signAlike, answer),
    ...adds(3, fc.oneof(plain, plain, confirmed, passing, restricted)),
    ...often(2, comes(fc.constantFrom(...paths))),
  ],
  // Destinations.
  [
    ...rest,
    ...often(10, sign),
    ...often(4, signAlike, answer),
    ...adds(3, fc.oneof(plain, restricted, restricted)),
    ...often(8, comes(fc.constantFrom(...paths)), leave),
  ],
  // Lifetimes.
  [...rest, ...often(10, sign, answer), ...adds(3, fc.oneof(plain, passing)), ...often(6, tick, changeKey)],
  // Rules and answers that are remembered.
  [
    ...rest,
    ...often(12, sign, signAlike, answer),
    ...adds(2, fc.oneof(plain, plain, confirmed)),
    ...often(6, setLevel, changeRules, comes(fc.constantFrom(...paths))),
  ],
];

/** Everybody who still waits gets an answer, when all is refused or too late. */
export async function finish(model: ConsentModel, world: ConsentWorld): Promise<void> {
  for (let rounds = 0; world.clients.some(({ pending }) => pending !== undefined); rounds++) {
    expect(rounds, 'all are answered').toBeLessThan(40);
    model.nowMs += 301_000;
    model.settle();
    await world.tick(301_000);
    judgeOutcomes(model, world);
  }
  world.agent.stop();
}
