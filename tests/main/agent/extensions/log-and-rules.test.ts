// log@sallyport and rules@sallyport: for programs of the person's own machine, and for nobody else.
import { describe, expect, it } from 'vitest';
import type { RulesReply, RulesRequest } from '../../../../main/agent/extensions/rules-extension.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { testHost } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, type TestClient, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const secret: Uint8Array = new Uint8Array(32).fill(5);
const refused = Uint8Array.of(28);
const localAgent = () => testAgent({ localSecret: secret });

const logRequest = (search = '', after = 0) => new WireWriter().text(search).uint32(after).finish();
const rulesRequest = (request: unknown) => new WireWriter().text(JSON.stringify(request)).finish();

async function rules(client: TestClient, request: RulesRequest): Promise<RulesReply> {
  const reader = new WireReader(await client.own(secret, 'rules@sallyport', rulesRequest(request)));
  expect(reader.readByte()).toBe(6);
  return JSON.parse(reader.readText());
}

async function log(client: TestClient, search = '', after = 0): Promise<Record<string, unknown>[]> {
  const reader = new WireReader(await client.own(secret, 'log@sallyport', logRequest(search, after)));
  expect(reader.readByte()).toBe(6);
  const lines = reader.readText().split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line));
}

describe('log@sallyport', () => {
  it('tells what keys were used for, the latest first', async () => {
    const { connect } = localAgent();
    const key = ed25519Key();
    await connect().send(addRequest(key, 'me@work'));
    expect(await log(connect())).toEqual([]);
    await connect().sign(key.blob, bytes('first'));
    await connect({ transport: 'other door' }).sign(key.blob, bytes('second'));
    await settle();
    const entries = await log(connect());
    expect(entries).toMatchObject([
      { id: 2, requester: { transport: 'other door' }, answer: 'allowed', key: { comment: 'me@work' } },
      { id: 1, requester: { transport: 'test', purpose: { kind: 'unknown' } } },
    ]);
    expect(await log(connect(), 'OTHER door')).toMatchObject([{ id: 2 }]);
    expect(await log(connect(), '', 2)).toMatchObject([{ id: 1 }]);
    expect(await log(connect(), '', 1)).toEqual([]);
  });

  it('has a use whose program was still being looked up, and does not wait for later ones', async () => {
    const { connect, clock } = localAgent();
    const key = ed25519Key();
    await connect().send(addRequest(key, 'me@work'));
    const lookUps: (() => void)[] = [];
    const signSlowlySeen = async (text: string) => {
      const seen = new Promise<undefined>((resolve) => lookUps.push(() => resolve(undefined)));
      const signature = connect({ describe: () => seen }).sign(key.blob, bytes(text));
      await settle();
      clock.advance(100);
      await signature;
    };
    await signSlowlySeen('first');
    const told = log(connect());
    await settle();
    await signSlowlySeen('second');
    lookUps[0]?.();
    expect(await told).toMatchObject([{ id: 1 }]);
    lookUps[1]?.();
    expect(await log(connect())).toMatchObject([{ id: 2 }, { id: 1 }]);
  });

  it('comes in pages that fit into a message, with nothing lost between them', {
    timeout: 60_000,
  }, async () => {
    const { connect } = localAgent();
    const key = ed25519Key();
    await connect().send(addRequest(key, 'c'.repeat(290)));
    for (let n = 0; n < 500; n++) await connect({ pid: n }).sign(key.blob, bytes(`${n}`));
    await settle();
    const ids: unknown[] = [];
    let pages = 0;
    for (
      let page = await log(connect());
      page.length > 0;
      page = await log(connect(), '', Number(ids.at(-1)))
    ) {
      ids.push(...page.map(({ id }) => id));
      pages++;
    }
    expect(pages).toBeGreaterThan(1);
    expect(ids).toEqual(Array.from({ length: 500 }, (_, n) => 500 - n));
  });
});

describe('rules@sallyport', () => {
  it('adds, lists and removes rules, and they hold at once', async () => {
    const { connect } = localAgent();
    const key = ed25519Key();
    await connect().send(addRequest(key, 'me'));
    const added = await rules(connect(), { do: 'add', rule: { action: 'deny', purpose: 'unknown' } });
    if (!added.ok || added.addedId === undefined) throw new Error('the rule was not added');
    const rule = { id: added.addedId, action: 'deny', purpose: 'unknown' };
    expect(added.policy.rules).toEqual([rule]);
    expect(await connect().sign(key.blob, bytes('data'))).toBeUndefined();
    const first = await rules(connect(), { do: 'add', rule: { action: 'ask' }, before: rule.id });
    expect(first).toMatchObject({ policy: { rules: [{ action: 'ask' }, rule] } });
    for (const id of first.ok ? [first.addedId ?? '', rule.id] : [])
      await rules(connect(), { do: 'remove', id });
    expect(await rules(connect(), { do: 'list' })).toMatchObject({ policy: { rules: [] } });
    expect(await connect().sign(key.blob, bytes('data'))).toBeDefined();
  });

  it('adds and moves a rule before another where that stands by then', async () => {
    const { connect } = localAgent();
    const ids: string[] = [];
    for (const user of ['a', 'b', 'c']) {
      const reply = await rules(connect(), { do: 'add', rule: { action: 'deny', user } });
      ids.push((reply.ok && reply.addedId) || '');
    }
    const [a = '', b = '', c = ''] = ids;
    await Promise.all([
      rules(connect(), { do: 'move', id: c, before: a }),
      rules(connect(), { do: 'add', rule: { action: 'deny', user: 'x' }, before: b }),
      rules(connect(), { do: 'move', id: a }),
      rules(connect(), { do: 'move', id: c, before: a }),
    ]);
    const reply = await rules(connect(), { do: 'list' });
    expect(reply).toMatchObject({ policy: { rules: ['x', 'b', 'c', 'a'].map((user) => ({ user })) } });
  });

  it('sets when to ask, for all keys and for one', async () => {
    const { connect } = localAgent();
    const key = `SHA256:${'k'.repeat(43)}`;
    await rules(connect(), { do: 'set-level', level: 'forwarded' });
    expect(await rules(connect(), { do: 'set-level', key, level: 'always' })).toMatchObject({
      policy: { defaultLevel: 'forwarded', levels: { [key]: 'always' } },
    });
    expect(await rules(connect(), { do: 'set-level', key })).toMatchObject({ policy: { levels: {} } });
  });

  it('sets a level in place of the person’s older wish to confirm each use', async () => {
    const { agent, connect } = localAgent();
    const key = ed25519Key();
    await connect().send(addRequest(key, 'me'));
    const [held] = agent.keys.list();
    agent.keys.setConfirm(held?.id ?? '', true);
    await rules(connect(), { do: 'set-level', key: held?.fingerprint ?? '', level: 'never' });
    expect(agent.keys.list()).toMatchObject([{ confirm: false }]);
    expect(await connect().sign(key.blob, bytes('data'))).toBeDefined();
  });

  it('refuses to set no level at all', async () => {
    const { connect } = localAgent();
    await expect(rules(connect(), { do: 'set-level' } as RulesRequest)).rejects.toThrow();
  });

  it.each<[string, RulesRequest, RegExp]>([
    [
      'a rule with a condition that is not known',
      { do: 'add', rule: { action: 'deny', colour: 'red' } },
      /no rule/,
    ],
    ['a rule without action', { do: 'add', rule: {} }, /no rule/],
    [
      'a rule that asks for a user of a signature',
      { do: 'add', rule: { action: 'deny', user: 'git', namespace: 'git' } },
      /user goes with a login/,
    ],
    [
      'a malformed fingerprint',
      { do: 'add', rule: { action: 'deny', destination: 'SHA256:x' } },
      /fingerprint/,
    ],
    ['removing what is not there', { do: 'remove', id: 'nothing' }, /no rule nothing/],
    [
      'removing what is not there by a long name',
      { do: 'remove', id: `${'x'.repeat(39)}😀` },
      /no rule x{39}😀\.$/u,
    ],
    ['moving what is not there', { do: 'move', id: 'nothing' }, /no rule nothing/],
    ['adding before what is not there', { do: 'add', rule: { action: 'ask' }, before: 'x' }, /no rule x/],
  ])('says in words why it refuses %s', async (_, request, message) => {
    const reply = await rules(localAgent().connect(), request);
    expect(reply.ok ? '' : reply.message).toMatch(message);
  });

  it.each([[null], ['list'], [{ do: 'erase' }], [{ do: 'list', more: 1 }], [{ do: 'remove' }]])(
    'fails for %j',
    async (request) => {
      const reply = await localAgent().connect().own(secret, 'rules@sallyport', rulesRequest(request));
      expect(reply).toEqual(refused);
    },
  );
});

describe('remembered answers by rules@sallyport', () => {
  async function withAnswers(count: number, comment = 'me@work') {
    const test = localAgent();
    const key = ed25519Key();
    await test.connect().send(addRequest(key, comment));
    expect(await rules(test.connect(), { do: 'list' })).toMatchObject({ remembered: [] });
    await test.agent.consent.policies.setDefaultLevel('new');
    const sign = (n: number) => test.connect(ssh).sign(key.blob, sshsig(`kind${n}`));
    for (let n = 0; n < count; n++) {
      const signed = sign(n);
      (await test.approver.confirmPrompt(n)).answer({ kind: 'allow', remember: 'until-locked' });
      expect(await signed).toBeDefined();
    }
    const list = async () => {
      const reply = await rules(test.connect(), { do: 'list' });
      if (!reply.ok) throw new Error(reply.message);
      const { remembered = [], rememberedBesides } = reply;
      return { remembered, rememberedBesides };
    };
    return { ...test, sign, list };
  }

  it('are listed, the latest first, and forgotten one by one or all', async () => {
    const { connect, list, sign, approver } = await withAnswers(3);
    const { remembered } = await list();
    expect(remembered).toMatchObject(
      [2, 1, 0].map((n) => ({
        key: { comment: 'me@work' },
        requester: { process: { executable: '/usr/bin/ssh' }, purpose: { namespace: `kind${n}` } },
        isForOneUse: false,
      })),
    );
    const id = remembered[0]?.id ?? '';
    expect(await rules(connect(), { do: 'forget', id })).toMatchObject({ ok: true, forgotten: 1 });
    expect(await rules(connect(), { do: 'forget', id })).toMatchObject({ ok: true, forgotten: 0 });
    expect((await list()).remembered).toHaveLength(2);
    void sign(2);
    (await approver.confirmPrompt(3)).answer('deny');
    expect(await rules(connect(), { do: 'forget' })).toMatchObject({ ok: true, forgotten: 2 });
    expect((await list()).remembered).toEqual([]);
    void sign(1);
    (await approver.confirmPrompt(4)).answer('deny');
  });

  it('are cut to what fits into a message, and the rest is counted', async () => {
    const { list } = await withAnswers(400, 'c'.repeat(5000));
    const { remembered, rememberedBesides = 0 } = await list();
    expect(remembered.length + rememberedBesides).toBe(400);
    expect(remembered.length).toBeGreaterThan(100);
    expect(rememberedBesides).toBeGreaterThan(0);
    expect(remembered[0]?.key.comment.length).toBeLessThan(400);
  });
});

describe.each([
  ['log@sallyport', logRequest()],
  ['rules@sallyport', rulesRequest({ do: 'list' })],
])('%s', (name, contents) => {
  it('wants what is asked sealed by the secret of this machine', async () => {
    const { connect } = localAgent();
    expect((await connect().own(secret, name, contents))[0]).toBe(6);
    expect(await connect().own(new Uint8Array(32), name, contents)).toEqual(refused);
    expect(await connect().own(new Uint8Array(), name, contents)).toEqual(refused);
    expect(await connect().extension(name, contents)).toEqual(refused);
  });

  it('is refused where no secret was set up, also to an empty one', async () => {
    expect(await testAgent().connect().own(secret, name, contents)).toEqual(refused);
    expect(await testAgent().connect().own(new Uint8Array(), name, contents)).toEqual(refused);
  });

  it.each([true, false])(
    'is refused on a connection with a session-bind (forwarded: %s)',
    async (forwarded) => {
      const client = localAgent().connect();
      const contentsOfBind = testHost().bind(new Uint8Array(32).fill(1), forwarded);
      expect(await client.extension('session-bind@openssh.com', contentsOfBind)).toEqual(Uint8Array.of(6));
      expect(await client.own(secret, name, contents)).toEqual(refused);
    },
  );

  it('is refused on a connection whose session-bind was refused', async () => {
    const client = localAgent().connect();
    await client.extension('session-bind@openssh.com', bytes('junk'));
    expect(await client.own(secret, name, contents)).toEqual(refused);
  });

  it('is refused while the agent is locked', async () => {
    const { agent, connect } = localAgent();
    agent.pause('locked');
    expect(await connect().own(secret, name, contents)).toEqual(refused);
  });
});
