// Host keys of kinds that can't be checked here: the host is announced, not proved; all else stays as it is.
import { describe, expect, it } from 'vitest';
import { activityLine, readActivityLine } from '../../../../main/agent/consent/activity/activity-entry.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { sha256Fingerprint } from '../../../../main/keys/kinds/shared/fingerprint.ts';
import { agentWithKey, bind, login, namesOf, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { sid, type TestHost, testHost } from '../../../fakes/host-session.ts';
import { addRequest, constrain } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';
import { publicLine } from '../../keys/fixtures.ts';

/** A host whose key nobody here can check; its signature is never looked at. */
function announcedHost(blob: Uint8Array): TestHost {
  return {
    key: { ...ed25519Key(), blob },
    bind: (sessionId, forwarded) =>
      new WireWriter().string(blob).string(sessionId).text('signature').boolean(forwarded).finish(),
  };
}

const newKind = 'ssh-newest@example.org';
const ofKind = (name: string) => new WireWriter().text(name).string(new Uint8Array(1344).fill(7)).finish();

const kinds: readonly (readonly [string, Uint8Array])[] = [
  ['a kind that is not known yet', ofKind(newKind)],
  ['DSA, whose signatures prove too little', publicLine('dsa').publicKey.blob],
  [
    'a certificate by a kind that is not known yet',
    madeUpCertificate(ed25519Key().blob, { authorityKey: ofKind(newKind) }),
  ],
  ...['dsa', 'ed448'].map((authority): [string, Uint8Array] => {
    const authorityKey = publicLine(authority).publicKey.blob;
    return [`a certificate by ${authority}`, madeUpCertificate(ed25519Key().blob, { authorityKey })];
  }),
];
const unknownBlob = ofKind(newKind);

describe.each(kinds)('a host key of %s', (_kind, blob) => {
  const host = announcedHost(blob);

  it('leaves a login a login, to a host that is claimed and not proved', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    const client = connect(ssh);
    expect(await bind(client, host, sid(1), false)).toBe(true);
    void client.sign(key.blob, login(key, 'root', sid(1), blob));
    const [requester] = (await approver.confirmPrompt(0)).request.requesters();
    expect(requester?.purpose).toEqual({ kind: 'ssh-login', user: 'root', service: 'ssh-connection' });
    expect(requester?.destination).toMatchObject({
      trust: 'claimed',
      host: { fingerprint: sha256Fingerprint(blob), isAnnounced: true },
    });
    expect([requester?.problem, requester?.forwarded]).toEqual([undefined, false]);
  });

  it('hides no forwarding', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    const client = connect(ssh);
    expect(await bind(client, host, sid(1), true)).toBe(true);
    void client.sign(key.blob, login(key, 'root', sid(2)));
    const [requester] = (await approver.confirmPrompt(0)).request.requesters();
    expect(requester?.forwarded).toBe(true);
    expect(requester?.path).toMatchObject([{ fingerprint: sha256Fingerprint(blob), isAnnounced: true }]);
  });
});

describe('an announced host', () => {
  const host = announcedHost(unknownBlob);

  it('opens no key that is restricted to destinations, though it is named there', async () => {
    const to = restrict({ to: ['pq.example', host] });
    const { connect, key } = await agentWithKey(to);
    expect(await connect().comments()).toEqual(['me@work']);
    const client = connect(ssh);
    await bind(client, host, sid(1), false);
    expect(await client.comments()).toEqual([]);
    expect(await client.sign(key.blob, login(key, 'root', sid(1), unknownBlob))).toBeUndefined();
  });

  it('on the way closes a key that may go to the proved host behind it', async () => {
    const good = testHost();
    const steps = restrict(
      { to: ['pq', host] },
      { from: ['pq', host], to: ['good', good] },
      { to: ['good', good] },
    );
    const { connect, key } = await agentWithKey(steps);
    const client = connect(ssh);
    await bind(client, host, sid(1), true);
    await bind(client, good, sid(2), false);
    expect(await client.comments()).toEqual([]);
    expect(await client.sign(key.blob, login(key, 'root', sid(2), good.key.blob))).toBeUndefined();
    const direct = connect(ssh);
    await bind(direct, good, sid(3), false);
    expect(await direct.sign(key.blob, login(key, 'root', sid(3), good.key.blob))).toBeDefined();
  });

  describe.each([sha256Fingerprint(unknownBlob), 'pq.example'])('named by a rule as %s', (destination) => {
    async function signUnder(action: 'allow' | 'deny') {
      const hostNames = namesOf(new Map([[host.key, 'pq.example']]));
      const test = await agentWithKey(undefined, { hostNames });
      await test.agent.consent.policies.setDefaultLevel('always');
      await test.agent.consent.policies.addRule({ action, destination });
      const client = test.connect(ssh);
      await bind(client, host, sid(1), false);
      return { ...test, signed: client.sign(test.key.blob, login(test.key, 'root', sid(1), unknownBlob)) };
    }

    it('is not allowed by it, but asked about', async () => {
      const { prompts } = await signUnder('allow');
      await expect.poll(prompts).toBe(1);
    });

    it('is denied by it', async () => {
      const { signed, prompts } = await signUnder('deny');
      expect([await signed, prompts()]).toEqual([undefined, 0]);
    });
  });

  it('tells the order of the keys for it to no connection of which a bind was refused', async () => {
    const { agent, connect, key } = await agentWithKey();
    await connect().status(addRequest(ed25519Key(), 'other'));
    agent.keys.move(agent.keys.list()[0]!.id, 1);
    const client = connect(ssh);
    await bind(client, host, sid(1), false);
    expect(await client.sign(key.blob, login(key, 'root', sid(1), unknownBlob))).toBeDefined();
    await agent.consent.activitySettled();
    const listed = async (...contents: Uint8Array[]) => {
      const asking = connect(ssh);
      for (const each of [...contents, host.bind(sid(1), false)])
        await asking.extension('session-bind@openssh.com', each);
      return asking.comments();
    };
    expect(await listed()).toEqual(['me@work', 'other']);
    expect(await listed(testHost().bind(sid(2), true).fill(0, -65, -1))).toEqual(['other', 'me@work']);
  });

  it('on the way makes a request one whose answer is not remembered', async () => {
    const { connect, key, approver, answer, prompts } = await agentWithKey(constrain.confirm());
    const client = connect(ssh);
    await bind(client, host, sid(1), true);
    const first = client.sign(key.blob, sshsig('git'));
    expect((await approver.confirmPrompt(0)).request.mayRemember).toBe(false);
    await answer(0, { kind: 'allow', remember: '1-hour' });
    expect(await first).toBeDefined();
    void client.sign(key.blob, sshsig('git'));
    await expect.poll(prompts).toBe(2);
  });

  it('is another than the same one proved, by name and trust, in the activity', async () => {
    const names = namesOf(new Map([[host.key, 'pq.example']]));
    const { agent, connect, key } = await agentWithKey(undefined, { hostNames: names });
    const client = connect(ssh);
    await bind(client, host, sid(1), false);
    expect(await client.sign(key.blob, login(key, 'root', sid(1), unknownBlob))).toBeDefined();
    await expect.poll(() => agent.consent.activity.list().length).toBe(1);
    const [entry] = agent.consent.activity.list();
    expect(entry?.requester.destination).toMatchObject({
      trust: 'claimed',
      host: { algorithm: newKind, name: { names: ['pq.example'] } },
    });
    expect(entry && readActivityLine(activityLine(entry))).toEqual(entry);
  });

  it('may be bound as often, and no more often, than a proved one', async () => {
    const { connect } = await agentWithKey();
    const client = connect(ssh);
    expect(await bind(client, host, sid(1), true)).toBe(true);
    expect(await bind(client, host, sid(1), true)).toBe(true);
    expect(await bind(client, testHost(), sid(1), true)).toBe(false);
    expect(await bind(client, host, sid(2), false)).toBe(true);
    expect(await bind(client, host, sid(3), true)).toBe(false);
  });
});

describe('a key added for hosts of which one has a key of an unknown kind', () => {
  it('is taken, and goes to the others', async () => {
    const good = testHost();
    const steps = restrict({ to: ['both', announcedHost(unknownBlob)] }, { to: ['both', good] });
    const { connect, key } = await agentWithKey(steps);
    const client = connect(ssh);
    await bind(client, good, sid(1), false);
    expect(await client.sign(key.blob, login(key, 'root', sid(1), good.key.blob))).toBeDefined();
  });
});

it('a user name that begins with a byte order mark is not the one without it', async () => {
  const { connect, key, approver } = await agentWithKey(constrain.confirm());
  void connect(ssh).sign(key.blob, login(key, '\ufeffroot', sid(1)));
  const [requester] = (await approver.confirmPrompt(0)).request.requesters();
  expect(requester?.purpose).toMatchObject({ user: '\ufeffroot' });
});
