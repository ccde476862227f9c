// What a relay says of the program behind it: taken as a claim, once, and for nothing that would be looser.
import { describe, expect, it } from 'vitest';
import type { NewRule } from '../../../../main/agent/consent/rules/rule-schema.ts';
import type { AgentOptions } from '../../../../main/agent/create-agent.ts';
import type { Peer } from '../../../../main/agent/facts/peer.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { agentWithKey, bind, login, program } from '../../../fakes/consent-agent.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { request, signRequest, type TestClient } from '../../../fakes/test-agent.ts';

const name = 'relayed@sallyport';
const own = String.raw`C:\Sallyport\node.exe`;
const relay = program(own);
const liar = program('/tmp/liar');

interface Said {
  readonly place?: string;
  readonly executable?: string;
  readonly user?: string;
  readonly pid?: number;
}

const said = ({ place = 'Ubuntu', executable = '/usr/bin/ssh', user = 'me', pid = 7 }: Said = {}) =>
  new WireWriter().text(place).text(executable).text(user).uint32(pid).finish();

/** As a relay says that knows nobody to name. */
const nobody = { place: '', executable: '', user: '', pid: 0 };

const claim = async (client: TestClient, what: Said = {}) => (await client.extension(name, said(what)))[0];

async function agentWithRules(rules: readonly NewRule[], options: Partial<AgentOptions> = {}) {
  const test = await agentWithKey(undefined, {
    host: { doors: () => [], relayProgram: own },
    confirmTimeLimitMs: 1000,
    ...options,
  });
  for (const rule of rules) await test.agent.consent.policies.addRule(rule);
  const signs = (client: TestClient) => client.status(signRequest(test.key.blob, login(test.key)));
  const connectAs = async (peer: Partial<Peer>, what?: Said) => {
    const client = test.connect(peer);
    expect(await claim(client, what)).toBe(6);
    return client;
  };
  return { ...test, signs, connectAs };
}

describe('relayed@sallyport', () => {
  it('is told to the person as a claim, beside the relay that was seen', async () => {
    const test = await agentWithRules([{ action: 'ask' }]);
    const answered = test.signs(await test.connectAs(relay));
    await test.answer(0, 'allow');
    expect(await answered).toBe(14);
    expect(test.approver.confirms[0]?.request.requesters()[0]).toMatchObject({
      process: { executable: own },
      relayed: { place: 'Ubuntu', executable: '/usr/bin/ssh', user: 'me', pid: 7, byOwnRelay: true },
    });
  });

  it('is not told by our own relay where another file has its path', async () => {
    const test = await agentWithRules([{ action: 'ask' }]);
    void test.signs(await test.connectAs(program(own, { otherFile: 'replaced', fileId: '1' })));
    const { request: asked } = await test.approver.confirmPrompt(0);
    expect(asked.requesters()[0]?.relayed).toMatchObject({ byOwnRelay: false });
  });

  it.each<[string, Said]>([
    [
      'names of the greatest length',
      { place: 'x'.repeat(64), executable: `/${'x'.repeat(499)}`, user: 'x'.repeat(64) },
    ],
    ['a program whose user and number are not known', { user: '', pid: 0 }],
  ])('is told with %s', async (_, what) => {
    const test = await agentWithRules([{ action: 'ask' }]);
    void test.signs(await test.connectAs(relay, what));
    const { request: asked } = await test.approver.confirmPrompt(0);
    expect(asked.requesters()[0]?.relayed).toMatchObject(what);
  });

  it.each([
    ['a second time', (client: TestClient) => claim(client)],
    ['after a list', (client: TestClient) => client.status(request(11))],
    ['after nonsense', (client: TestClient) => client.status(request(99))],
    [
      'on a connection that another machine’s requests come by',
      (client: TestClient) => bind(client, testHost(), sid(1), true),
    ],
  ])('is refused %s', async (_, before) => {
    const client = (await agentWithRules([])).connect(relay);
    await before(client);
    expect(await claim(client, { executable: '/usr/bin/git' })).toBe(28);
  });

  it('is refused after the relay has said that it knows nobody to name', async () => {
    const test = await agentWithRules([{ action: 'ask' }]);
    const client = await test.connectAs(relay, nobody);
    expect(await claim(client)).toBe(28);
    const answered = test.signs(client);
    await test.answer(0, 'allow');
    expect(await answered).toBe(14);
    expect(test.approver.confirms[0]?.request.requesters()[0]).not.toHaveProperty('relayed');
  });

  it('allows nothing of another machine that a connection is bound to afterwards', async () => {
    const test = await agentWithRules([
      { action: 'allow', program: 'relay:Ubuntu:/usr/bin/ssh' },
      { action: 'ask' },
    ]);
    const client = await test.connectAs(relay);
    expect(await bind(client, testHost(), sid(2), true)).toBe(true);
    const asked = test.signs(client);
    await test.answer(0, 'deny');
    expect(await asked).toBe(5);
  });

  it('is refused where each message is a conversation of its own', async () => {
    const sender = { mayForward: false, noteForwarding: () => {} };
    expect(await claim((await agentWithRules([])).connect({ ...relay, sender }))).toBe(28);
  });

  it('is taken while the agent is locked', async () => {
    const test = await agentWithRules([]);
    expect(await test.connect().status(request(22).text('word'))).toBe(6);
    expect(await claim(test.connect(relay))).toBe(6);
  });

  it.each<[string, Said]>([
    ['no place', { place: '' }],
    ['a place with a colon, which ends it in rules', { place: 'a:b' }],
    ['a place that can not be seen whole', { place: 'Ubuntu\u202e' }],
    ['a place of 65 characters', { place: 'x'.repeat(65) }],
    ['a place of 66, of which two are one picture each', { place: '😀'.repeat(33) }],
    ['a place that looks like another', { place: 'Ubuntu ' }],
    ['a place and nothing else', { ...nobody, place: 'Ubuntu' }],
    ['a path and nothing else', { ...nobody, executable: '/usr/bin/ssh' }],
    ['a user and nothing else', { ...nobody, user: 'me' }],
    ['a number of a process and nothing else', { ...nobody, pid: 7 }],
    ['a path of 501 characters', { executable: `/${'x'.repeat(500)}` }],
    ['a path that looks like another', { executable: '/usr/bin/ssh ' }],
    ['a path of 200,000 characters', { executable: `/${'x'.repeat(200_000)}` }],
    ['a path that is none', { executable: 'ssh' }],
    ['a path of Windows', { executable: String.raw`C:\ssh.exe` }],
    ['a path that leads back', { executable: '/usr/../ssh' }],
    ['control characters', { executable: '/usr/bin/ssh\u001b[2J' }],
    ['a line end', { executable: '/usr/bin/ssh\nTo (verified): github.com' }],
    ['spaces that push the rest away', { executable: `/usr/bin/ssh${' '.repeat(60)}x` }],
    ['a user of control characters', { user: 'me\r' }],
    ['a user who looks like another', { user: ' root' }],
    ['a user of 65 characters', { user: 'x'.repeat(65) }],
  ])('is refused with %s', async (_, what) => {
    const test = await agentWithRules([{ action: 'ask', program: own }]);
    const client = test.connect(relay);
    expect(await claim(client, what)).toBe(28);
    const answered = test.signs(client);
    await test.answer(0, 'deny');
    await answered;
    expect(test.approver.confirms[0]?.request.requesters()[0]).not.toHaveProperty('relayed');
  });
});

describe('a program behind a relay, and the rules', () => {
  const allow: NewRule = { action: 'allow', program: 'relay:Ubuntu:/usr/bin/ssh' };
  const rest: NewRule = { action: 'deny' };

  it('is allowed by its name through our own relay alone', async () => {
    const test = await agentWithRules([allow, rest]);
    expect(await test.signs(await test.connectAs(relay))).toBe(14);
    expect(await test.signs(await test.connectAs(liar))).toBe(5);
    expect(await test.signs(test.connect(relay))).toBe(5);
    expect(await test.signs(await test.connectAs(relay, { executable: '/usr/bin/git' }))).toBe(5);
    expect(await test.signs(await test.connectAs(relay, { place: 'Debian' }))).toBe(5);
    const otherFile = program(own, { otherFile: 'replaced', fileId: '1' });
    expect(await test.signs(await test.connectAs(otherFile))).toBe(5);
    expect(await test.signs(await test.connectAs({ describe: () => Promise.resolve(undefined) }))).toBe(5);
  });

  it('is denied by its name whoever says it', async () => {
    const test = await agentWithRules([{ ...allow, action: 'deny' }]);
    expect(await test.signs(await test.connectAs(relay))).toBe(5);
    expect(await test.signs(await test.connectAs(liar))).toBe(5);
    expect(await test.signs(test.connect(relay))).toBe(14);
  });

  it('is not the program of this machine that has its path', async () => {
    const test = await agentWithRules([{ action: 'allow', program: '/usr/bin/ssh' }, rest]);
    expect(await test.signs(await test.connectAs(relay))).toBe(5);
  });

  it('does not take the relay from a rule about that', async () => {
    const test = await agentWithRules([{ action: 'deny', program: own }]);
    expect(await test.signs(await test.connectAs(relay))).toBe(5);
  });

  it.each([
    'relay:Ubuntu',
    'relay::/usr/bin/ssh',
    'relay:Ubuntu:ssh',
    'relay:Ubuntu:/a/../b',
    'relay:U\u202e:/usr/bin/ssh',
  ])('has no rule by the name %j, which would never match', async (bad) => {
    await expect(agentWithRules([{ ...allow, program: bad }])).rejects.toThrow(
      'a program is named by its whole path',
    );
  });
});

describe('a remembered answer', () => {
  it('for one program behind a relay holds for no other, nor for the relay itself', async () => {
    const test = await agentWithRules([{ action: 'ask' }]);
    const first = test.signs(await test.connectAs(relay));
    await test.answer(0, { kind: 'allow', remember: 'until-locked' });
    expect(await first).toBe(14);
    const prompts = test.prompts();
    const again = await test.signs(await test.connectAs(relay));
    expect([again, test.prompts()]).toEqual([14, prompts]);
    for (const [peer, what] of [
      [relay, { executable: '/usr/bin/git' }],
      [relay, { user: 'root' }],
      [relay, { place: 'Debian' }],
      [liar, {}],
      [relay, undefined],
    ] as const) {
      const client = what === undefined ? test.connect(peer) : await test.connectAs(peer, what);
      const before = test.prompts();
      const asked = test.signs(client);
      await test.answer(before, 'deny');
      expect(await asked).toBe(5);
    }
  });
});

describe('a program that claims to be another one each time', () => {
  const claims = Array.from({ length: 12 }, (_, index) => ({ executable: `/usr/bin/p${index}` }));

  it('gets no more places for questions than it would as itself', async () => {
    const test = await agentWithRules([{ action: 'ask' }]);
    const clients = await Promise.all(claims.map((what) => test.connectAs(liar, what)));
    let refused = 0;
    for (const client of clients)
      void test.signs(client).then((status) => {
        refused += Number(status === 5);
      });
    await expect.poll(() => refused).toBeGreaterThan(0);
  });

  it('is quietened by as many “no”s as one that does not', async () => {
    const test = await agentWithRules([{ action: 'ask' }]);
    let quiet = false;
    for (const what of claims) {
      const before = test.prompts();
      const asked = test.signs(await test.connectAs(liar, what));
      await Promise.race([asked, test.approver.confirmPrompt(before)]);
      if (test.prompts() === before) quiet = true;
      else await test.answer(before, 'deny');
      expect(await asked).toBe(5);
    }
    expect(quiet).toBe(true);
  });
});
