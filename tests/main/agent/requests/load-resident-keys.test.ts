// Keys that a security key keeps: which are added, what they are called, and when nothing more of it is wanted.
import { expect, it } from 'vitest';
import {
  type ResidentCredential,
  SecurityKeyError,
  securityKeyFlag,
} from '../../../../main/keys/authenticator.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { ssh } from '../../../fakes/consent-agent.ts';
import { copiesOf } from '../../../fakes/secret-copies.ts';
import { SoftAuthenticator, softAuthenticators } from '../../../fakes/soft-authenticator.ts';
import { addRequest, testAgent } from '../../../fakes/test-agent.ts';

const never = new AbortController().signal;
const { touch, resident } = securityKeyFlag;

/** A security key that keeps a key for each of these users. */
async function agentWithSecurityKey(...users: string[]) {
  const device = new SoftAuthenticator();
  const wish = { algorithm: 'ed25519', flags: touch | resident, challenge: new Uint8Array(32) } as const;
  for (const user of users) await device.enroll({ ...wish, user, application: 'ssh:work' }, never, () => {});
  const kept = await device.residentKeys(undefined);
  const asked: AbortSignal[] = [];
  const test = testAgent({
    authenticators: softAuthenticators({
      title: device.title,
      sign: (...args) => device.sign(...args),
      enroll: (...args) => device.enroll(...args),
      residentKeys: async (_pin, signal) => {
        asked.push(signal);
        return kept;
      },
    }),
  });
  const load = (signal = never) => test.agent.loadResidentKeys(undefined, signal);
  const comments = () => test.agent.keys.list().map(({ comment }) => comment);
  return { ...test, kept, asked, load, comments };
}

/** As a client adds it that has the public half alone. */
function madeUp({ point, application, flags }: ResidentCredential) {
  const blob = new WireWriter().text('sk-ssh-ed25519@openssh.com').string(point).text(application).finish();
  return {
    privateFields: new WireWriter().bytes(blob).byte(flags).string(new Uint8Array(65)).text('').finish(),
  };
}

it('calls them by their application, and by their user where they have one', async () => {
  const { load, comments } = await agentWithSecurityKey('zoë', '');
  await load();
  expect(comments()).toEqual(['ssh:work zoë', 'ssh:work']);
});

it('leaves out one that is refused, and adds the others', async () => {
  const { connect, kept, load, comments } = await agentWithSecurityKey('first', 'second');
  const [first] = kept;
  if (first === undefined) throw new Error('nothing is kept');
  expect(await connect(ssh).status(addRequest(madeUp(first), 'planted'))).toBe(6);
  expect(await load()).toMatchObject({ loaded: [{ comment: 'ssh:work second' }], leftOut: 1 });
  expect(comments()).toEqual(['planted', 'ssh:work second']);
});

it('wipes what it was told of each, which the key here has a copy of', async () => {
  const { kept, load } = await agentWithSecurityKey('');
  using copies = copiesOf(kept[0]?.keyHandle ?? new Uint8Array());
  await load();
  expect([copies.count(), copies.left()]).toEqual([2, 1]);
});

it.each<[string, (test: Awaited<ReturnType<typeof agentWithSecurityKey>>, end: () => void) => unknown]>([
  ['the person wants no more of it', (_, end) => end()],
  ['the agent was locked, and unlocked again', ({ agent }) => [agent.pause(), agent.resume()]],
  ['the agent was locked', ({ agent }) => agent.pause()],
])('adds nothing more once %s', async (_, happen) => {
  const test = await agentWithSecurityKey('first', 'second');
  const ending = new AbortController();
  let changes = 0;
  test.agent.keys.onChanged(() => {
    if (changes++ === 0) happen(test, () => ending.abort(new Error('no more')));
  });
  await expect(test.load(ending.signal)).rejects.toThrow(/no more|the agent was locked/);
  expect(test.comments()).toEqual(['ssh:work first']);
  expect(test.asked[0]?.aborted).toBe(true);
});

it('does not even ask the security key while the agent is locked', async () => {
  const { agent, load, asked } = await agentWithSecurityKey('');
  agent.pause();
  await expect(load()).rejects.toThrow('the agent is locked');
  expect(asked).toEqual([]);
});

it('tells what to do where nothing tells of them', async () => {
  const { agent } = testAgent({
    authenticators: softAuthenticators({
      title: 'Windows',
      sign: () => Promise.reject(new Error()),
      enroll: () => Promise.reject(new Error()),
    }),
  });
  const error = await agent.loadResidentKeys(undefined, never).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(SecurityKeyError);
  expect(error).toMatchObject({
    message: 'Windows does not tell programs which keys a security key keeps.',
    remedy:
      'Add the key file that was made with the key. Where it is lost, “ssh-keygen -K” in a shell of an administrator makes it anew.',
  });
});
