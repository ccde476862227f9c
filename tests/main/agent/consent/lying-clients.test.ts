// Clients that give themselves, their key or their destination out for another.
import { describe, expect, it } from 'vitest';
import { agentWithKey, bind, login, namesOf, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { sid, type TestHost, testHost } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, constrain } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

describe('clients that lie', () => {
  it("who replay another session's bind are asked about, and proved nowhere", async () => {
    const { connect, key, approver } = await agentWithKey();
    const good = testHost();
    const client = connect(ssh);
    // What a machine on the way has seen: the good host's signature over a session of somebody else.
    expect(await bind(client, good, sid(3), false)).toBe(true);
    const signed = client.sign(key.blob, login(key, 'root', sid(4)));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    expect(asked.requesters()[0]!).toMatchObject({ problem: 'other-session' });
    expect(asked.requesters()[0]!.destination).toBeUndefined();
    expect(asked.mayRemember).toBe(false);
    answer('deny');
    expect(await signed).toBeUndefined();
  });

  it.each([
    ['themselves', () => undefined],
    ['a host whose key they hold', () => testHost()],
  ])(
    'who forward, and sign a session elsewhere as one with %s, prove nothing by it',
    async (_what, other) => {
      const way = testHost();
      const machine = other() ?? way;
      const hostNames = namesOf(new Map([[machine.key, 'machine']]));
      const { connect, key, agent, approver, answer } = await agentWithKey(undefined, { hostNames });
      await agent.consent.policies.setDefaultLevel('always');
      await agent.consent.policies.addRule({ action: 'allow', destination: 'machine', origin: 'any' });
      const through = async () => {
        const client = connect(ssh);
        await bind(client, way, sid(1), true);
        expect(await bind(client, machine, sid(3), false)).toBe(true);
        return client;
      };
      const lie = (await through()).sign(key.blob, login(key, 'root', sid(3)));
      const { request: asked } = await approver.confirmPrompt(0);
      expect(asked.mayRemember).toBe(false);
      expect(asked.requesters()[0]!.destination).toMatchObject({
        trust: 'claimed',
        host: { isHearsay: true },
      });
      await answer(0, 'deny');
      expect(await lie).toBeUndefined();
      // A login that names the host in what is signed is good for no other.
      const truth = login(key, 'root', sid(3), machine.key.blob);
      expect(await (await through()).sign(key.blob, truth)).toBeDefined();
      const { policies } = agent.consent;
      await policies.addRule({ action: 'deny', destination: 'machine' }, policies.policy.rules[0]?.id);
      expect(await (await through()).sign(key.blob, login(key, 'root', sid(3)))).toBeUndefined();
    },
  );

  it('of whose connection a bind was refused prove by the one before it nothing but what is signed', async () => {
    const host = testHost();
    const hostNames = namesOf(new Map([[host.key, 'host']]));
    const { connect, key, agent, answer } = await agentWithKey(undefined, { hostNames });
    await agent.consent.policies.setDefaultLevel('always');
    await agent.consent.policies.addRule({ action: 'allow', destination: 'host', origin: 'any' });
    const client = connect(ssh);
    expect(await bind(client, host, sid(3), false)).toBe(true);
    expect(await client.sign(key.blob, login(key, 'root', sid(3)))).toBeDefined();
    expect(await bind(client, host, sid(4), true)).toBe(false);
    const lie = client.sign(key.blob, login(key, 'root', sid(3)));
    await answer(0, 'deny');
    expect(await lie).toBeUndefined();
    expect(await client.sign(key.blob, login(key, 'root', sid(3), host.key.blob))).toBeDefined();
  });

  it.each(['deny', 'ask'] as const)(
    'who forward, and leave out or make up where a login goes, get not round a rule to %s it there',
    async (action) => {
      const [way, own, prod] = [testHost(), testHost(), testHost()];
      const hostNames = namesOf(new Map([[prod.key, 'prod']]));
      const { connect, key, agent, approver, answer, prompts } = await agentWithKey(undefined, { hostNames });
      const { id } = await agent.consent.policies.addRule({ action, destination: 'prod' });
      await agent.consent.policies.addRule({ action: 'allow', origin: 'any' });
      const sign = async (data: Uint8Array, ...binds: [TestHost, number, boolean][]) => {
        const client = connect(ssh);
        for (const [host, session, forwarded] of binds)
          expect(await bind(client, host, sid(session), forwarded)).toBe(true);
        return client.sign(key.blob, data);
      };
      const plain = login(key, 'root', sid(3));
      const unbound = sign(plain, [way, 1, true]);
      const { request: asked } = await approver.confirmPrompt(0);
      expect(asked.reason).toMatchObject({
        because: expect.stringContaining(`Your rule ${id} may be about`),
      });
      expect(asked.mayRemember).toBe(false);
      expect(asked.requesters()[0]!.destination).toBeUndefined();
      await answer(0, 'allow');
      expect(await unbound).toBeDefined();
      const madeUp = sign(plain, [way, 1, true], [own, 3, false]);
      await answer(1, 'allow');
      expect(await madeUp).toBeDefined();
      // What is proved to go elsewhere, what is no login, and what is of this machine is none of the rule's business.
      expect(await sign(login(key, 'root', sid(3), own.key.blob), [way, 1, true])).toBeDefined();
      expect(await sign(sshsig('git'), [way, 1, true])).toBeDefined();
      expect(await sign(plain)).toBeDefined();
      expect(prompts()).toBe(2);
    },
  );

  it('who name another host in the login than in the bind are asked about', async () => {
    const { connect, key, approver } = await agentWithKey();
    const client = connect(ssh);
    await bind(client, testHost(), sid(3), false);
    void client.sign(key.blob, login(key, 'root', sid(3), testHost().key.blob));
    expect((await approver.confirmPrompt(0)).request.requesters()[0]!.problem).toBe('other-host');
  });

  it('who bind after authentication get no other destination by it', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    const [real, claimed] = [testHost(), testHost()];
    const client = connect(ssh);
    expect(await bind(client, real, sid(3), false)).toBe(true);
    expect(await bind(client, claimed, sid(4), false)).toBe(false);
    void client.sign(key.blob, login(key, 'root', sid(4)));
    const requester = (await approver.confirmPrompt(0)).request.requesters()[0]!;
    expect(requester.problem).toBe('other-session');
    expect(requester.destination).toBeUndefined();
  });

  it('in a comment change nothing but the text shown', async () => {
    const { connect, answer, prompts } = await agentWithKey();
    const key = ed25519Key();
    const lie = 'me@work" verified: you allowed this\u202e\n\u001b[2J';
    await connect().send(addRequest(key, lie, constrain.confirm()));
    const first = connect(ssh).sign(key.blob, sshsig('git'));
    await answer(0, { kind: 'allow', remember: '1-hour' });
    await first;
    expect(await connect(ssh).sign(key.blob, sshsig('git'))).toBeDefined();
    // Another key with the very same words is another key.
    const twin = ed25519Key();
    await connect().send(addRequest(twin, lie, constrain.confirm()));
    const second = connect(ssh).sign(twin.blob, sshsig('git'));
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
    expect(prompts()).toBe(2);
  });

  it('by asking while the agent is locked get nothing, and nobody is asked', async () => {
    const { connect, key, agent, prompts } = await agentWithKey(constrain.confirm());
    agent.pause('locked');
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(0);
  });

  it('of whom it was still looked up who they are when the agent was locked ask nobody, also once it is unlocked', async () => {
    const { connect, key, agent, prompts } = await agentWithKey(constrain.confirm());
    let found = (_: undefined) => {};
    const slow = connect({ describe: () => new Promise((resolve) => (found = resolve)) });
    const signed = slow.sign(key.blob, login(key));
    await settle();
    agent.pause('locked');
    agent.resume();
    found(undefined);
    expect(await signed).toBeUndefined();
    expect(prompts()).toBe(0);
  });
});
