// What the activity says of a request that was refused: a person reads there why nothing was signed.
import { expect, it } from 'vitest';
import { agentWithKey, login, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { sid } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { constrain } from '../../../fakes/test-agent.ts';

type Test = Awaited<ReturnType<typeof agentWithKey>>;

async function deny({ connect, key, answer, prompts }: Test, data = login(key)) {
  const n = prompts();
  const signed = connect(ssh).sign(key.blob, data);
  await answer(n, 'deny');
  await signed;
}

/** Of many at once, with the prompt of the first open. */
async function ask({ connect, key }: Test, count: number, data: (n: number) => Uint8Array) {
  const all = Array.from({ length: count }, (_, n) => connect(ssh).sign(key.blob, data(n)));
  await settle();
  return all;
}

it.each<[string, 'denied' | 'missed' | 'suppressed' | 'failed', (test: Test) => unknown]>([
  ['The person did not allow the use of the key.', 'denied', (test) => deny(test)],
  [
    'Nobody confirmed in time.',
    'missed',
    async (test) => {
      await ask(test, 1, () => login(test.key));
      test.clock.advance(60_000);
    },
  ],
  [
    'It asked again too soon after a "no".',
    'suppressed',
    async (test) => {
      for (let n = 0; n < 5; n++) await deny(test, login(test.key, `user${n}`));
      await ask(test, 1, () => login(test.key));
    },
  ],
  [
    'Too many questions wait for the person.',
    'suppressed',
    (test) => ask(test, 4, (n) => login(test.key, `user${n}`)),
  ],
  [
    'Too many requests wait for the same answer.',
    'suppressed',
    (test) => ask(test, 17, () => login(test.key)),
  ],
  [
    'Too many requests of the same kind wait.',
    'suppressed',
    (test) => ask(test, 257, (n) => sshsig('git', n)),
  ],
  [
    'Others of its kind were refused while it waited.',
    'suppressed',
    async (test) => {
      const all = await ask(test, 3, (n) => login(test.key, 'git', sid(n)));
      for (const n of [0, 1]) await test.answer(n, 'deny');
      await all[2];
    },
  ],
  [
    'The key needs a person, and this client may not ask one.',
    'failed',
    ({ connect, key }) => connect({ ...ssh, mayPrompt: false }).sign(key.blob, login(key)),
  ],
])('%s', async (reason, answer, happen) => {
  const test = await agentWithKey(constrain.confirm());
  await happen(test);
  await settle();
  expect(test.agent.consent.activity.list()[0]).toMatchObject({ answer, reason });
});
