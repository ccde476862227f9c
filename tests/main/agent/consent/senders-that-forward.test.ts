// WM_COPYDATA: each message is a conversation of its own, and one program may pass on those of other machines.
import { describe, expect, it } from 'vitest';
import type { Sender } from '../../../../main/agent/facts/peer.ts';
import { agentWithKey, login, ssh } from '../../../fakes/consent-agent.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { addRequest, request } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const bindName = 'session-bind@openssh.com';
const refused = Uint8Array.of(28);
const forwardedBind = () => testHost().bind(sid(9), true);

/** The agent, and the way to send it one message after another. */
async function agentOfSender() {
  const made = await agentWithKey();
  let mayForward = false;
  const sender: Sender = {
    get mayForward() {
      return mayForward;
    },
    noteForwarding: () => {
      mayForward = true;
    },
  };
  return { ...made, message: () => made.connect({ ...ssh, sender }) };
}

describe('a program that passes conversations on by single messages', () => {
  it('is told that none of them is bound, whatever it is bound to', async () => {
    const { message } = await agentOfSender();
    expect(await message().extension(bindName, testHost().bind(sid(1), false))).toEqual(refused);
    expect(await message().extension(bindName, forwardedBind())).toEqual(refused);
  });

  it('is denied by a rule about forwarded requests once it has passed on one', async () => {
    const { message, connect, key, agent, prompts } = await agentOfSender();
    await agent.consent.policies.addRule({ action: 'deny', origin: 'forwarded' });
    expect(await message().sign(key.blob, login(key))).toBeDefined();
    await message().extension(bindName, testHost().bind(sid(1), false));
    expect(await message().sign(key.blob, login(key))).toBeDefined();
    await message().extension(bindName, forwardedBind());
    expect(await message().sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(0);
    // Others, and the same program through a door that tells its conversations apart.
    expect(await connect(ssh).sign(key.blob, login(key))).toBeDefined();
  });

  it.each([
    ['cut short', forwardedBind().subarray(0, -1)],
    ['empty', new Uint8Array()],
  ])('may forward, too, after a bind that is %s', async (_, contents) => {
    const { message, key, agent } = await agentOfSender();
    await agent.consent.policies.addRule({ action: 'deny', origin: 'forwarded' });
    expect(await message().extension(bindName, contents)).toEqual(refused);
    expect(await message().sign(key.blob, login(key))).toBeUndefined();
  });

  it('is asked about where forwarded requests are, in words that leave it open, and not remembered', async () => {
    const { message, key, agent, approver } = await agentOfSender();
    await agent.consent.policies.setDefaultLevel('forwarded');
    expect(await message().sign(key.blob, login(key))).toBeDefined();
    await message().extension(bindName, forwardedBind());
    const signed = message().sign(key.blob, login(key));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    expect(asked.requesters()[0]).toMatchObject({ forwarded: false, problem: 'may-be-forwarded' });
    expect(asked.mayRemember).toBe(false);
    answer('deny');
    expect(await signed).toBeUndefined();
  });

  it('neither sees keys that are restricted to hosts, nor locks the agent', async () => {
    const { message, connect } = await agentOfSender();
    const gate = testHost();
    const restricted = addRequest(ed25519Key(), 'restricted', restrict({ to: ['gate', gate] }));
    expect(await connect().status(restricted)).toBe(6);
    expect(await message().comments()).toEqual(['me@work', 'restricted']);
    await message().extension(bindName, forwardedBind());
    expect(await message().comments()).toEqual(['me@work']);
    expect(await message().status(request(22).text('lock'))).toBe(5);
  });
});
