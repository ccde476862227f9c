// Keys as the window shows them.
import { expect, it } from 'vitest';
import { keyDetails, keyView } from '../../../../main/shell/views/key-views.ts';
import { restrict, type Step } from '../../../fakes/destination-constraint.ts';
import { testHost } from '../../../fakes/host-session.ts';
import { addRequest, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate, withCertificate } from '../../../fakes/test-certificate.ts';
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

it('tells whether the time of a certificate has come and is over, and how long it is until then', async () => {
  const [from, until] = ['2026-11-02T08:00:00Z', '2026-11-03T08:00:00Z'];
  const seconds = (time: string) => BigInt(Date.parse(time) / 1000);
  const key = ed25519Key();
  const validityAt = async (time: string, end?: string) => {
    const { agent, connect } = testAgent({ now: () => new Date(from) });
    const validBefore = end === undefined ? {} : { validBefore: seconds(end) };
    const blob = madeUpCertificate(key.blob, { validAfter: seconds(from), ...validBefore });
    await connect().send(addRequest(withCertificate(key, blob), 'certified'));
    return agent.keys.list().map((each) => keyView(each, new Date(time)).validity);
  };
  expect(await validityAt('2026-11-02T07:59:59Z', until)).toEqual([
    { state: 'not-yet', secondsLeft: 86_401 },
  ]);
  expect(await validityAt('2026-11-03T07:59:59Z', until)).toEqual([{ state: 'valid', secondsLeft: 1 }]);
  expect(await validityAt(until, until)).toEqual([{ state: 'expired' }]);
  expect(await validityAt(until)).toEqual([{ state: 'valid' }]);
});
