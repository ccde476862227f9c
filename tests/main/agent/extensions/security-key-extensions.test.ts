// security-keys@sallyport: who may choose libraries and load what a security key keeps, and what comes of its PIN.
import { describe, expect, it } from 'vitest';
import type { SecurityKeysReply } from '../../../../main/agent/extensions/security-key-extensions.ts';
import { limits } from '../../../../main/agent/limits/limits.ts';
import { securityKeyFlag } from '../../../../main/keys/authenticator.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { bind, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { SoftAuthenticator, softAuthenticators } from '../../../fakes/soft-authenticator.ts';
import { bytes, type TestClient, testAgent } from '../../../fakes/test-agent.ts';

const secret = new Uint8Array(32).fill(5);
const never = new AbortController().signal;
const { touch, resident } = securityKeyFlag;

async function agentWithSecurityKey() {
  const device = new SoftAuthenticator();
  const changes: string[] = [];
  const securityKeyLibraries = {
    list: async () => [{ path: '/sk.so' }],
    add: async (path: string) => void changes.push(`add ${path}`),
    remove: async (path: string) => path === '/sk.so',
  };
  const test = testAgent({
    localSecret: secret,
    host: { doors: () => [], securityKeyLibraries },
    authenticators: softAuthenticators(device),
  });
  const wish = { algorithm: 'ed25519', application: 'ssh:work', flags: touch | resident } as const;
  await device.enroll({ ...wish, user: 'zoë', challenge: new Uint8Array(32) }, never, () => {});
  return { ...test, device, changes };
}

const ask = (
  client: TestClient,
  what: unknown,
  { pin, shown = secret }: { pin?: string; shown?: Uint8Array } = {},
) =>
  client.own(
    shown,
    'security-keys@sallyport',
    new WireWriter()
      .text(JSON.stringify(what))
      .boolean(pin !== undefined)
      .text(pin ?? '')
      .finish(),
  );

async function reply(...asked: Parameters<typeof ask>): Promise<SecurityKeysReply> {
  const reader = new WireReader(await ask(...asked));
  expect(reader.readByte()).toBe(6);
  return JSON.parse(reader.readText());
}

describe('security-keys@sallyport', () => {
  it('tells, adds and removes libraries', async () => {
    const { connect, changes } = await agentWithSecurityKey();
    const client = connect();
    const libraries = [{ path: '/sk.so' }];
    expect(await reply(client, { do: 'list' })).toEqual({ ok: true, libraries });
    expect(await reply(client, { do: 'add', path: '/other.so' })).toEqual({ ok: true, libraries });
    expect(changes).toEqual(['add /other.so']);
    expect(await reply(client, { do: 'remove', path: '/none.so' })).toEqual({
      ok: false,
      reason: 'This library is not on the list.',
      remedy: 'See “sallyport security-keys list”.',
    });
  });

  it('loads the keys that a security key keeps, which sign as any other, and leaves out what is here', async () => {
    const { connect, device } = await agentWithSecurityKey();
    const client = connect(ssh);
    const loaded = { fingerprint: expect.stringMatching(/^SHA256:/), comment: 'ssh:work zoë' };
    expect(await reply(client, { do: 'load' })).toEqual({
      ok: true,
      resident: { loaded: [loaded], leftOut: 0 },
    });
    expect(await client.comments()).toEqual(['ssh:work zoë']);
    const [{ blob } = { blob: new Uint8Array() }] = await client.list();
    expect(await client.sign(blob, sshsig('file'))).toBeDefined();
    expect(device.requests.length).toBe(1);
    // By the same handle it is the same key.
    expect(await reply(client, { do: 'load' })).toMatchObject({ ok: true, resident: { leftOut: 0 } });
  });

  it('asks for a PIN, tells of a wrong one, and tries none twice by itself', async () => {
    const { connect, device } = await agentWithSecurityKey();
    device.pin = '123456';
    const client = connect();
    expect(await reply(client, { do: 'load' })).toMatchObject({ ok: false, wantsPin: true });
    expect(await reply(client, { do: 'load' }, { pin: '000000' })).toMatchObject({
      ok: false,
      wantsPin: true,
      reason: expect.stringContaining('wrong'),
    });
    expect(await client.comments()).toEqual([]);
    expect(await reply(client, { do: 'load' }, { pin: '123456' })).toMatchObject({ ok: true });
    expect(await client.comments()).toEqual(['ssh:work zoë']);
  });

  it('does nothing for who does not prove to run here, or may be another machine', async () => {
    const { connect, changes } = await agentWithSecurityKey();
    const stranger = connect();
    const forwarded = connect(ssh);
    expect(await bind(forwarded, testHost(), sid(1), true)).toBe(true);
    for (const what of [{ do: 'load' }, { do: 'add', path: '/evil.so' }]) {
      expect(await ask(stranger, what, { shown: bytes('no secret') })).toEqual(Uint8Array.of(28));
      expect(await ask(forwarded, what)).toEqual(Uint8Array.of(28));
    }
    expect(changes).toEqual([]);
    expect(await connect().comments()).toEqual([]);
  });

  it('leaves out what can’t be a key, takes no more than it has room for, and cuts what they are called', async () => {
    const { connect, device } = await agentWithSecurityKey();
    const client = connect();
    const [kept] = await device.residentKeys(undefined);
    if (kept === undefined) throw new Error('nothing is kept');
    const damaged = [
      { ...kept, point: new Uint8Array(31) },
      { ...kept, application: `ssh:${'x'.repeat(2000)}` },
    ];
    let told = [...damaged, { ...kept, user: 'u'.repeat(100_000) }];
    device.residentKeys = async () => told;
    expect(await reply(client, { do: 'load' })).toMatchObject({ resident: { leftOut: 2 } });
    expect((await client.comments())[0]?.length).toBe(limits.shortCommentBytes);
    told = Array(300).fill(kept);
    expect(await reply(client, { do: 'load' })).toMatchObject({
      resident: { leftOut: 300 - limits.keysPerStore },
    });
  });

  it('loads nothing for who has left while the security key was asked', async () => {
    const { connect, device } = await agentWithSecurityKey();
    const kept = await device.residentKeys(undefined);
    let tell = () => {};
    let wanted = never;
    Object.assign(device, {
      residentKeys(_pin: unknown, signal: AbortSignal) {
        wanted = signal;
        return new Promise((resolve) => (tell = () => resolve(kept)));
      },
    });
    const leaving = connect();
    void ask(leaving, { do: 'load' });
    await settle();
    leaving.session.close();
    expect(wanted.aborted).toBe(true);
    tell();
    await settle();
    expect(await connect().comments()).toEqual([]);
  });

  it('loads nothing into a locked agent', async () => {
    const { connect } = await agentWithSecurityKey();
    const client = connect();
    expect(await client.status(new WireWriter().byte(22).text('secret'))).toBe(6);
    expect((await ask(client, { do: 'load' }))[0]).not.toBe(6);
    expect(await client.status(new WireWriter().byte(23).text('secret'))).toBe(6);
    expect(await client.comments()).toEqual([]);
  });
});
