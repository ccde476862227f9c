// What a person is told who is asked whether a key may be used.
import { describe, expect, it } from 'vitest';
import { agentWithKey, bind, login, namesOf, ssh } from '../../../fakes/consent-agent.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { bytes, constrain, request } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

describe('the prompt', () => {
  it('answers who, what for, where to and with which key, with the way there', async () => {
    const [bastion, target] = [testHost(), testHost()];
    const hostNames = namesOf(
      new Map([
        [bastion.key, 'bastion.example'],
        [target.key, 'db.example'],
      ]),
    );
    const { connect, key, approver, answer } = await agentWithKey(constrain.confirm(), { hostNames });
    const client = connect(ssh);
    expect(await bind(client, bastion, sid(1), true)).toBe(true);
    expect(await bind(client, target, sid(2), false)).toBe(true);
    const signed = client.sign(key.blob, login(key, 'root', sid(2), target.key.blob));
    const { request: asked } = await approver.confirmPrompt(0);
    expect(asked).toMatchObject({
      reason: { kind: 'use-key', because: 'Whoever added this key wants each use confirmed.' },
      key: { comment: 'me@work', algorithm: 'ssh-ed25519' },
      mayRemember: true,
    });
    expect(asked.requesters()).toMatchObject([
      {
        transport: 'test',
        pid: 42,
        process: { executable: '/usr/bin/ssh' },
        purpose: { kind: 'ssh-login', user: 'root' },
        forwarded: true,
        path: [{ algorithm: 'ssh-ed25519', name: { names: ['bastion.example'] } }],
        destination: { trust: 'verified', basis: 'session-bind', host: { name: { names: ['db.example'] } } },
      },
    ]);
    await answer(0, 'allow');
    expect(key.verify((await signed)!, login(key, 'root', sid(2), target.key.blob))).toBe(true);
  });

  it('shows a comment that is no UTF-8 as the list of keys shows it', async () => {
    const { agent, connect, approver } = await agentWithKey();
    const key = ed25519Key();
    const comment = Uint8Array.of(0x67, 0x72, 0xfc, 0x6e);
    const added = request(25).bytes(key.privateFields).string(comment).bytes(constrain.confirm());
    expect(await connect().status(added)).toBe(6);
    void connect(ssh).sign(key.blob, login(key));
    expect((await approver.confirmPrompt(0)).request.key.comment).toBe('grün');
    expect(agent.keys.list().map((listed) => listed.comment)).toContain('grün');
  });

  it('names a host that was only observed as observed', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm(), {
      hostNames: namesOf(new Map()),
    });
    const connections = [{ address: '192.0.2.7', port: 22 }];
    const putty = { pid: 7, executable: 'C:\\putty.exe', parents: [], connections };
    void connect({ describe: () => Promise.resolve(putty) }).sign(key.blob, login(key));
    expect((await approver.confirmPrompt(0)).request.requesters()[0]!.destination).toEqual({
      trust: 'observed',
      address: '192.0.2.7',
      port: 22,
      name: { names: ['seen.example'], source: 'putty', isRevoked: false },
    });
  });

  it('is asked without names when looking them up never ends', async () => {
    const never = () => new Promise<never>(() => {});
    const { connect, key, approver, clock } = await agentWithKey(constrain.confirm(), {
      hostNames: { nameOf: never, nameAt: never },
    });
    const host = testHost();
    const client = connect(ssh);
    await bind(client, host, sid(1), false);
    void client.sign(key.blob, login(key));
    await settle();
    clock.advance(2000);
    const { request: asked } = await approver.confirmPrompt(0);
    expect(asked.requesters()[0]!.destination).toMatchObject({
      trust: 'verified',
      host: { algorithm: 'ssh-ed25519' },
    });
  });

  it('says that data is unknown, and offers to remember nothing', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    void connect(ssh).sign(key.blob, bytes('anything'));
    const { request: asked } = await approver.confirmPrompt(0);
    expect(asked.mayRemember).toBe(false);
    expect(asked.requesters()).toMatchObject([{ purpose: { kind: 'unknown' } }]);
  });
});
