// The steps that agent and model take together. Which connection, key or file a step is about is a number, taken
// modulo what there is, so that a sequence that is cut down by shrinking keeps its sense.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { KeepUnlocked, RememberFor } from '../../../../main/agent/approver.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { compare, judgeOutcomes } from './consent-check.ts';
import type {
  Binding,
  ConsentModel,
  IdentityName,
  Level,
  Purpose,
  RuleName,
  SignRequest,
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
  certificateCount,
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

type Act = (model: ConsentModel, world: ConsentWorld) => Promise<void>;
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
      steps++;
      await act(model, world);
      await compare(model, world);
    },
    toString: () => name,
  };
}

/** A step of a client that waits for nothing. */
function byClient(
  name: string,
  index: number,
  act: (client: Client, ...all: Parameters<Act>) => Promise<void>,
) {
  return command(`${index}: ${name}`, async (model, world) => {
    const idle = world.clients.filter(({ pending, hasLeft }) => pending === undefined && !hasLeft);
    const client = idle[index % idle.length];
    if (client) await act(client, model, world);
  });
}

/** Sends what the model has carried out already, and judges what it set free; the reply tells whether it was taken. */
async function send(
  client: Client,
  message: Uint8Array,
  isTaken: boolean,
  model: ConsentModel,
  world: ConsentWorld,
): Promise<void> {
  model.settle();
  await world.send(client, message);
  const own = judgeOutcomes(model, world).find(({ pending }) => pending.client === client);
  expect(own?.reply[0] === 6, 'taken').toBe(isTaken);
}

const showName = ({ key, certificate }: IdentityName) =>
  certificate === undefined ? `key ${key}` : `certificate ${certificate} of key ${key}`;
const show = (value: object) => JSON.stringify(value);

const small = (below: number) => fc.nat(below - 1);
const client = small(4);
const names: fc.Arbitrary<IdentityName> = fc.record({
  key: small(keyCount),
  certificate: fc.option(small(certificateCount), { nil: undefined }),
});
const ways: readonly (readonly Step[])[] = [[{ to: 0 }], [{ to: 1 }], [{ to: 0 }, { from: 0, to: 1 }]];
const wishes: fc.Arbitrary<Wishes> = fc
  .record({
    confirm: fc.boolean(),
    lifetimeMs: fc.option(fc.constantFrom(5000, 60_000, 600_000), { nil: undefined, freq: 1 }),
    steps: fc.option(fc.constantFrom(...ways), { nil: undefined, freq: 1 }),
  })
  .map(({ confirm, lifetimeMs, steps: permitted }) => ({
    confirm,
    ...(lifetimeMs !== undefined && { lifetimeMs }),
    ...(permitted && { steps: permitted }),
  }));
/** Mostly none, so that keys can be used. */
const fewWishes = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ confirm: false }) },
  { weight: 1, arbitrary: wishes },
);

const addClear = fc.tuple(client, names, fewWishes, fc.boolean()).map(([n, name, asked, asFile]) =>
  byClient(
    `adds ${showName(name)} in clear${asFile ? ' as a file' : ''}, ${show(asked)}`,
    n,
    async (from, model, world) => {
      const message = (asFile ? addClearFileMessage : addClearMessage)(name, 'clear', asked);
      await send(from, message, model.addClear(name, 'clear', asked, from.connection), model, world);
    },
  ),
);

const addEncrypted = fc
  .tuple(client, names, fewWishes, fc.constantFrom<FileName>('ppk', ...fileNames))
  .map(([n, name, asked, file]) =>
    byClient(`adds the ${file} file as ${showName(name)}, ${show(asked)}`, n, async (from, model, world) => {
      const isTaken = model.addEncrypted(name, file, file, asked, from.connection);
      await send(from, addEncryptedMessage(file, name, file, asked), isTaken, model, world);
    }),
  );

const remove = fc.tuple(client, names).map(([n, name]) =>
  byClient(`removes ${showName(name)}`, n, async (from, model, world) => {
    const isVisible = model
      .visible(from.connection)
      .some(({ name: { key, certificate } }) => key === name.key && certificate === name.certificate);
    if (isVisible) model.remove(name);
    await send(from, nameMessage(18, name), isVisible, model, world);
  }),
);

const removeAll = client.map((n) =>
  byClient('removes all', n, async (from, model, world) => {
    const { isLocked } = model;
    for (const { name } of model.visible(from.connection)) model.remove(name);
    await send(from, Uint8Array.of(19), !isLocked && model.identities.size === 0, model, world);
  }),
);

const reencrypt = fc.tuple(client, names).map(([n, name]) =>
  byClient(`re-encrypts ${showName(name)}`, n, async (from, model, world) => {
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
      model.seal();
    }
    await send(from, passphraseMessage(22, 'lock'), isTaken, model, world);
  }),
);

/** A wrong passphrase is answered later, by the clock. */
const unlock = fc.tuple(client, fc.constantFrom('lock', 'lock', 'wrong')).map(([n, passphrase]) =>
  byClient(`unlocks with "${passphrase}"`, n, async (from, model, world) => {
    await world.send(from, passphraseMessage(23, passphrase), { unlocksWith: passphrase });
    judgeOutcomes(model, world);
  }),
);

const pause = fc.boolean().map((isPaused) =>
  command(isPaused ? 'the person pauses' : 'the person goes on', async (model, world) => {
    if (isPaused) world.agent.pause('paused');
    else world.agent.resume();
    model.paused = isPaused;
    if (isPaused) model.seal();
    await world.tick(0);
    judgeOutcomes(model, world);
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

/** The signature must leave at once where nobody needs to be asked. */
const sign = fc.tuple(client, names, purposes).map(([n, name, purpose]) =>
  byClient(`wants ${show(purpose)} signed by ${showName(name)}`, n, async (from, model, world) => {
    const { connection } = from;
    const identity = model.find(name);
    const request: SignRequest = { name, connection, purpose, asked: 0, granted: 0 };
    const question = identity ? model.question(identity, request) : 'deny';
    const asked = { ...request, asked: Number(question) || 0 };
    await world.send(from, signMessage(name, purpose), { sign: asked });
    const mustSign = question === 0 && !model.isLocked && model.whyNot(asked) === undefined;
    const mayAsk = connection.mayPrompt || (identity && !model.needsPerson(identity));
    const own = judgeOutcomes(model, world).find(({ pending }) => pending.sign === asked);
    if (mustSign && mayAsk) expect(own?.reply[0], 'signed at once').toBe(14);
  }),
);

const rememberMs: Record<RememberFor, number> = {
  'five-minutes': 300_000,
  'one-hour': 3_600_000,
  'until-locked': Number.POSITIVE_INFINITY,
};
const confirmAnswer = fc.constantFrom('allow', 'allow', 'deny', 'five-minutes', 'until-locked' as const);
const answerConfirm = confirmAnswer.map((answer) =>
  command(`the person answers "${answer}"`, async (model, world) => {
    const prompt = world.openConfirm;
    if (prompt === undefined) return;
    const isAllowed = answer !== 'deny' && prompt.request.reason.kind === 'use-key';
    const shown = world.shownBy(prompt.request);
    const remember = answer === 'allow' || answer === 'deny' ? undefined : answer;
    const mayRemember = remember && prompt.request.mayRemember ? rememberMs[remember] : undefined;
    if (isAllowed) model.allow(shown, mayRemember);
    await world.answerConfirm(remember ? { kind: 'allow', remember } : (answer as 'allow' | 'deny'));
    const outcomes = judgeOutcomes(model, world);
    for (const request of isAllowed ? shown : []) {
      // Without an answer it is asked about anew, as the key was replaced meanwhile.
      const reply = outcomes.find(({ pending }) => pending.sign === request)?.reply[0] ?? 14;
      if (model.whyNot(request) === undefined) expect(reply, 'signed when allowed').toBe(14);
    }
  }),
);

const keeps: readonly KeepUnlocked[] = [
  { kind: 'once' },
  { kind: 'for', seconds: 60 },
  { kind: 'until-locked' },
];
const keptUntil = (keep: KeepUnlocked, nowMs: number) =>
  keep.kind === 'once' ? nowMs : keep.kind === 'for' ? nowMs + keep.seconds * 1000 : Number.POSITIVE_INFINITY;

/** Types the passphrase of a file of the key that is asked for, or cancels. */
const answerPassphrase = fc
  .tuple(
    fc.constantFrom<FileName | 'cancel' | 'wrong'>('ppk', 'ppk', 'openssh', 'foreign', 'wrong', 'cancel'),
    fc.constantFrom(...keeps),
  )
  .map(([file, keep]) =>
    command(`the person types the passphrase: ${file}, kept ${show(keep)}`, async (model, world) => {
      const prompt = world.openPassphrase;
      if (prompt === undefined) return;
      const waiting = world.clients.flatMap(({ pending }) => (pending?.sign ? [pending.sign] : []));
      const key = waiting.find(({ name }) => world.isAbout(prompt.request, name))?.name.key;
      expect(key, 'the key that somebody waits for').toBeDefined();
      if (file === 'cancel') await world.answerPassphrase({ kind: 'cancelled' });
      else {
        if (key !== undefined && trueFiles.includes(file as FileName))
          model.open(key, file, keptUntil(keep, model.nowMs));
        await world.answerPassphrase(typed(file === 'wrong' ? file : passphraseOf(key ?? 0, file), keep));
      }
      judgeOutcomes(model, world);
    }),
  );

const connect = fc.tuple(small(2), fc.nat(4)).map(([program, dice]) =>
  command(
    `a client of program ${program} comes${dice === 0 ? ', which may not prompt' : ''}`,
    async (model, world) => {
      if (world.clients.length >= 5) return;
      const connection = { program, mayPrompt: dice > 0, bindings: [], bindFailed: false };
      model.connections.push(connection);
      world.connect(connection);
    },
  ),
);

const leave = client.map((n) =>
  command(`client ${n} leaves`, async (model, world) => {
    const gone = world.clients[n % world.clients.length];
    if (world.clients.length < 2 || gone === undefined) return;
    gone.session.close();
    gone.hasLeft = true;
    await world.tick(0);
    judgeOutcomes(model, world);
    world.clients = world.clients.filter((other) => other !== gone);
  }),
);

const tick = fc.constantFrom(100, 3000, 5000, 61_000, 301_000).map((ms) =>
  command(`${ms / 1000} s go by`, async (model, world) => {
    model.nowMs += ms;
    model.settle();
    await world.tick(ms);
    judgeOutcomes(model, world);
  }),
);

const setLevel = fc.constantFrom<Level>('never', 'never', 'forwarded', 'always').map((level) =>
  command(`the person sets the level ${level}`, async (model, world) => {
    await world.agent.consent.policies.setDefaultLevel(level);
    model.level = level;
  }),
);

const rules: Record<RuleName, object> = {
  'allow git signatures': { action: 'allow', purpose: 'sshsig', namespace: 'git' },
  'ask for root': { action: 'ask', user: 'root' },
  'deny forwarded': { action: 'deny', origin: 'forwarded' },
};
const changeRules = fc
  .option(fc.constantFrom(...(Object.keys(rules) as RuleName[])), { nil: undefined, freq: 1 })
  .map((name) =>
    command(
      name === undefined ? 'the person removes all rules' : `the person adds the rule to ${name}`,
      async (model, world) => {
        const { policies } = world.agent.consent;
        if (name !== undefined) await policies.addRule(rules[name]);
        else for (const { id } of policies.policy.rules) await policies.removeRule(id);
        model.rules = name === undefined ? [] : [...model.rules, name];
      },
    ),
  );

const changeKey = fc
  .tuple(names, fc.constantFrom('ask', 'do not ask', 'for a minute', 'for good', 'remove'))
  .map(([name, change]) =>
    command(`the person says of ${showName(name)}: ${change}`, async (model, world) => {
      const identity = model.find(name);
      const id = world.idOf(name);
      if (identity === undefined || id === undefined) return;
      const { keys } = world.agent;
      if (change === 'remove') {
        keys.remove(id);
        model.remove(name);
      } else if (change.startsWith('for')) {
        const seconds = change === 'for good' ? undefined : 60;
        keys.setLifetime(id, seconds);
        identity.personalEndMs =
          seconds === undefined ? Number.POSITIVE_INFINITY : model.nowMs + seconds * 1000;
      } else {
        keys.setConfirm(id, change === 'ask');
        if (!model.confirms(identity)) identity.askEachUse = change === 'ask';
      }
      await world.tick(0);
      judgeOutcomes(model, world);
    }),
  );

/** The more often an arbitrary stands here, the more often it is drawn. */
export const consentCommands: fc.Arbitrary<ConsentCommand>[] = [
  ...Array.from({ length: 8 }, () => sign),
  ...Array.from({ length: 3 }, () => [addClear, addEncrypted, answerConfirm, answerPassphrase, bind]).flat(),
  ...[connect, connect, leave, tick, tick, remove, unlock, unlock],
  ...[removeAll, reencrypt, lock, pause, pause, setLevel, changeRules, changeKey],
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
