// A request to sign whose key, rules or lock change under way: what comes of it, and why it is refused.
import { expect, it } from 'vitest';
import { agentWithKey, login, ssh } from '../../../fakes/consent-agent.ts';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { lockedAgent } from '../../../fakes/locked-agent.ts';
import { settle } from '../../../fakes/settle.ts';
import { bytes, constrain, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const refusal = (log: readonly string[]) => log.at(-1)?.replace(/^.* refused: /, '');

async function agentWithStore() {
  const test = testAgent();
  const key = ed25519Key();
  const store = new FakeStore().with(key, 'elsewhere');
  test.agent.stores.add(store);
  await settle();
  return { ...test, key, store };
}

it('asks three times at the most, where the rules change whenever the person answers', async () => {
  const { agent, connect, key, approver, prompts, log } = await agentWithKey(constrain.confirm());
  const signed = connect(ssh).sign(key.blob, login(key));
  for (let n = 0; n < 3; n++) {
    const { answer } = await approver.confirmPrompt(n);
    await agent.consent.policies.addRule({ action: 'deny', user: `nobody${n}` });
    answer('allow');
  }
  expect(await signed).toBeUndefined();
  expect(prompts()).toBe(3);
  expect(refusal(log)).toBe('the key or the rules for it kept changing');
});

it('is refused where the agent was locked right after it came, by a key that lives elsewhere', async () => {
  const { agent, connect, key, log } = await agentWithStore();
  const signed = connect().sign(key.blob, bytes('x'));
  agent.pause();
  expect(await signed).toBeUndefined();
  expect(refusal(log)).toBe('the agent is locked');
});

it('is ended by a lock while its key is looked for, also when that is over by then', async () => {
  const { agent, connect, store, log } = await agentWithStore();
  let list = () => {};
  store.list = () => new Promise((resolve) => (list = () => resolve(store.identities)));
  const signed = connect().sign(ed25519Key().blob, bytes('x'));
  await settle();
  agent.pause();
  agent.resume();
  list();
  expect(await signed).toBeUndefined();
  expect(refusal(log)).toBe('the agent was locked');
});

it('is refused for a key that was removed while it was looked up who asks', async () => {
  const { agent, connect, key, log } = await agentWithKey();
  let isLookedUp = (_: undefined) => {};
  const looked = new Promise<undefined>((resolve) => {
    isLookedUp = resolve;
  });
  const signed = connect({ describe: () => looked }).sign(key.blob, bytes('x'));
  await settle();
  agent.keys.remove(agent.keys.list()[0]?.id ?? '');
  isLookedUp(undefined);
  expect(await signed).toBeUndefined();
  expect(refusal(log)).toBe('no such key');
});

it('tells who was shown it after an unlock that it is over', async () => {
  const { connect, key, unlock, approver } = await lockedAgent(constrain.confirm());
  const signed = connect(ssh).sign(key.blob, login(key));
  await unlock(0);
  const { request: asked, answer } = await approver.confirmPrompt(0);
  const [over] = asked.requesters().map((requester) => requester.over);
  expect(over?.aborted).toBe(false);
  answer('allow');
  expect(await signed).toBeDefined();
  expect(over?.aborted).toBe(true);
});
