// Keys as the window shows them.
import { expect, it } from 'vitest';
import { keyDetails } from '../../../../main/shell/views/key-views.ts';
import { restrict, type Step } from '../../../fakes/destination-constraint.ts';
import { testHost } from '../../../fakes/host-session.ts';
import { addRequest, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

async function detailsOfKey(constraints?: Uint8Array) {
  const { agent, connect } = testAgent();
  expect(await connect().status(addRequest(ed25519Key(), 'k', constraints))).toBe(6);
  const [key] = agent.keys.list();
  if (key === undefined) throw new Error('the key was not added');
  return keyDetails(key, new Date());
}

it('tells where a client lets a key go, step by step', async () => {
  const host = testHost();
  const { restricted, destinations } = await detailsOfKey(
    restrict({ to: ['bastion', host] }, { from: ['bastion', host], to: ['db', host], user: 'root' }),
  );
  expect(restricted).toBe(true);
  expect(destinations).toEqual({
    steps: [{ to: 'bastion' }, { from: 'bastion', to: 'db', user: 'root' }],
    more: 0,
  });
});

it('shows no more steps than a person can take in, and says how many there are', async () => {
  const host = testHost();
  const steps = Array.from({ length: 70 }, (): Step => ({ to: ['n'.repeat(300), host] }));
  const { destinations } = await detailsOfKey(restrict(...steps));
  expect(destinations?.more).toBe(6);
  expect(destinations?.steps[0]?.to).toHaveLength(300);
});

it('says nothing of destinations of a key that may go anywhere', async () => {
  const { restricted, destinations } = await detailsOfKey();
  expect([restricted, destinations]).toEqual([false, undefined]);
});
