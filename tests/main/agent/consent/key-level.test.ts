// A level for one key takes over from the person's older wish to confirm each use of it, and from nothing else.
import { expect, it } from 'vitest';
import { agentWithKey, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { testHost } from '../../../fakes/host-session.ts';
import { addRequest, constrain } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

async function agentWithTwo(constraints?: Uint8Array) {
  const test = await agentWithKey(constraints);
  const other = ed25519Key();
  expect(await test.connect().status(addRequest(other, 'other'))).toBe(6);
  const listed = (comment: string) => {
    const found = test.agent.keys.list().find((key) => key.comment === comment);
    if (!found) throw new Error(`${comment} is not listed`);
    return found;
  };
  return { ...test, other, listed };
}

it('the other keys are confirmed as before', async () => {
  const { agent, connect, key, other, listed, answer, prompts } = await agentWithTwo();
  for (const comment of ['me@work', 'other']) agent.keys.setConfirm(listed(comment).id, true);
  await agent.consent.setKeyLevel(listed('me@work').fingerprint, 'never');
  expect(await connect(ssh).sign(key.blob, sshsig('git'))).toBeDefined();
  expect(prompts()).toBe(0);
  const asked = connect(ssh).sign(other.blob, sshsig('git'));
  await answer(0, 'deny');
  expect(await asked).toBeUndefined();
});

it('its lifetime and the hosts to which the person has restricted it stay', async () => {
  const { agent, listed } = await agentWithTwo();
  const mine = () => listed('me@work');
  agent.keys.setConfirm(mine().id, true);
  agent.keys.setLifetime(mine().id, 60);
  const web = [{ blob: testHost().key.blob, isCertificateAuthority: false }];
  const toWeb = [
    { from: { user: '', hostName: '', keys: [] }, to: { user: '', hostName: 'web', keys: web } },
  ];
  expect(agent.keys.restrict(mine().id, toWeb)).toBe(true);
  const before = mine();
  expect(before).toMatchObject({ confirm: true, secondsLeft: 60, permittedSteps: [{ to: 'web' }] });
  await agent.consent.setKeyLevel(before.fingerprint, 'never');
  expect(mine()).toEqual({ ...before, confirm: false });
});

it('what a client asked for stays', async () => {
  const { agent, connect, key, listed, answer } = await agentWithTwo(constrain.confirm());
  await agent.consent.setKeyLevel(listed('me@work').fingerprint, 'never');
  const asked = connect(ssh).sign(key.blob, sshsig('git'));
  await answer(0, 'deny');
  expect(await asked).toBeUndefined();
});
