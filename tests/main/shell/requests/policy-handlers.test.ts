// Rules, levels and key orders as the key window asks for them, with a real agent behind.
import { describe, expect, it } from 'vitest';
import type { ActivityEntry } from '../../../../main/agent/consent/activity/activity-entry.ts';
import type { StoredPolicy } from '../../../../main/agent/consent/rules/policy-format.ts';
import { policyHandlers } from '../../../../main/shell/requests/policy-handlers.ts';
import { RequestFailure } from '../../../../main/shell/requests/request-failure.ts';
import { activityView } from '../../../../main/shell/views/activity-views.ts';
import { policyView } from '../../../../main/shell/views/policy-views.ts';
import { conditionsOf } from '../../../../main/shell/views/suggested-rule.ts';
import { defaultSettings } from '../../../../main/stored/settings/default-settings.ts';
import { offerLimit } from '../../../../main/stored/settings/offer-limit.ts';
import { loginData, testHost } from '../../../fakes/host-session.ts';
import { addRequest, constrain, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const from = { webContentsId: 1, role: 'keys' } as never;
const sid = new Uint8Array(32).fill(1);

/** The file of rules, in memory. */
function rulesFile(contents?: unknown) {
  const saved: StoredPolicy[] = [];
  const file = {
    load: () => contents,
    save: async (stored: StoredPolicy) => void saved.push(stored),
    hasChanged: () => false,
  };
  return { file, saved };
}

async function shell({ stored, confirm = false }: { stored?: unknown; confirm?: boolean } = {}) {
  const { file, saved } = rulesFile(stored);
  const test = testAgent({ policyFile: file });
  const key = ed25519Key();
  const client = test.connect();
  await client.send(addRequest(key, 'the key', confirm ? constrain.confirm() : undefined));
  const { keys, consent } = test.agent;
  const [held] = keys.list();
  if (held === undefined) throw new Error('the key was not added');
  const handlers = policyHandlers(consent, keys);
  const signs = (user = 'git') => client.sign(key.blob, loginData(key.blob, user, sid));
  return { ...test, keys, consent, held, handlers, saved, signs };
}

describe('rules', () => {
  it('are added where they are wished, shown in order and count at once', async () => {
    const { handlers, signs, saved } = await shell();
    await handlers['policy.addRule']({ rule: { action: 'allow', user: 'git' } }, from);
    expect(await signs('root')).toBeDefined();
    const [allow] = (await handlers['policy.get']({}, from)).rules;
    await handlers['policy.addRule'](
      { rule: { action: 'deny', user: 'root', origin: 'any' }, before: allow?.id ?? '' },
      from,
    );
    const { rules } = await handlers['policy.get']({}, from);
    expect(rules).toMatchObject([{ action: 'deny', user: 'root', origin: 'any' }, { action: 'allow' }]);
    expect(saved.at(-1)?.rules).toHaveLength(2);
    expect(await signs('root')).toBeUndefined();
    expect(await signs('git')).toBeDefined();
  });

  it('are refused in the words of the core when they make no sense', async () => {
    const { handlers, saved } = await shell();
    const add = (rule: object) =>
      Promise.resolve(handlers['policy.addRule']({ rule: { action: 'deny', ...rule } }, from));
    await expect(add({ key: 'SHA256:short' })).rejects.toThrow(RequestFailure);
    await expect(add({ destination: 'SHA256:short' })).rejects.toThrow(
      'a host key is named by its fingerprint',
    );
    await expect(add({ purpose: 'sshsig', user: 'root' })).rejects.toThrow('a user goes with a login');
    expect(saved).toEqual([]);
  });

  it('are not put before one that is gone, nor removed twice', async () => {
    const { handlers } = await shell({
      stored: {
        version: 1,
        rules: [
          { id: 'root', action: 'deny' },
          { id: 'new', action: 'sing' },
        ],
      },
    });
    await expect(
      Promise.resolve(handlers['policy.addRule']({ rule: { action: 'ask' }, before: 'gone' }, from)),
    ).rejects.toThrow('not there any more');
    await handlers['policy.removeRule']({ id: 'root' }, from);
    await expect(Promise.resolve(handlers['policy.removeRule']({ id: 'root' }, from))).rejects.toThrow(
      'not there any more',
    );
    expect(await handlers['policy.get']({}, from)).toMatchObject({
      rules: [{ id: 'new', action: 'unreadable', problem: expect.any(String) }],
    });
  });

  it('are moved, also one that is not understood, and decide in their new order', async () => {
    const { handlers, signs, saved } = await shell({
      stored: {
        version: 1,
        rules: [
          { id: 'git', action: 'allow' },
          { id: 'new', action: 'sing', loud: true },
          { id: 'root', action: 'deny', user: 'root' },
        ],
      },
    });
    expect(await signs('root')).toBeDefined();
    await handlers['policy.moveRule']({ id: 'root', toIndex: 0 }, from);
    expect(await signs('root')).toBeUndefined();
    await handlers['policy.moveRule']({ id: 'new', toIndex: 1024 }, from);
    expect(saved.at(-1)?.rules).toEqual([
      { id: 'root', action: 'deny', user: 'root' },
      { id: 'git', action: 'allow' },
      { id: 'new', action: 'sing', loud: true },
    ]);
    await expect(
      Promise.resolve(handlers['policy.moveRule']({ id: 'gone', toIndex: 0 }, from)),
    ).rejects.toThrow('not there any more');
  });

  it('of a file that is not understood are left alone, and that is said', async () => {
    const { handlers, saved } = await shell({ stored: { version: 99 } });
    expect(await handlers['policy.get']({}, from)).toMatchObject({ defaultLevel: 'unreadable', rules: [] });
    await expect(
      Promise.resolve(handlers['policy.setDefaultLevel']({ level: 'never' }, from)),
    ).rejects.toThrow(RequestFailure);
    expect(saved).toEqual([]);
  });
});

describe('the level of a key', () => {
  it('takes over from the older wish to confirm each use', async () => {
    const { handlers, keys, held, consent } = await shell();
    keys.setConfirm(held.id, true);
    await handlers['policy.setLevel']({ id: held.id, level: 'never' }, from);
    expect(keys.list()).toMatchObject([{ confirm: false }]);
    expect(policyView(consent.policies.policy).levels).toEqual({ [held.fingerprint]: 'never' });
    await handlers['policy.setLevel']({ id: held.id }, from);
    expect(policyView(consent.policies.policy).levels).toEqual({});
  });

  it('asks the person from then on', async () => {
    const { handlers, held, approver, signs } = await shell();
    expect(await signs()).toBeDefined();
    expect(approver.confirms).toHaveLength(0);
    await handlers['policy.setLevel']({ id: held.id, level: 'always' }, from);
    const signed = signs();
    const prompt = await approver.confirmPrompt(0);
    prompt.answer('deny');
    expect(await signed).toBeUndefined();
  });

  it('never loosens what the client asked for', async () => {
    const { handlers, keys, held } = await shell({ confirm: true });
    await handlers['policy.setLevel']({ id: held.id, level: 'never' }, from);
    expect(keys.list()).toMatchObject([{ confirm: true, confirmIsConstraint: true }]);
  });

  it('is for a key that is held', async () => {
    const { handlers, saved } = await shell();
    await expect(
      Promise.resolve(handlers['policy.setLevel']({ id: 'a'.repeat(64), level: 'never' }, from)),
    ).rejects.toThrow(RequestFailure);
    expect(saved).toEqual([]);
  });
});

describe('the order of keys', () => {
  it('is explained by host and key, with what the limit of the settings kept back', async () => {
    const { agent, connect } = testAgent();
    const keys = [ed25519Key(), ed25519Key(), ed25519Key()];
    for (const [n, key] of keys.entries()) await connect().send(addRequest(key, `key ${n}`));
    const { offers } = agent.consent;
    offers.setLimit(offerLimit(defaultSettings));
    const host = testHost();
    const list = async () => {
      const client = connect();
      await client.extension('session-bind@openssh.com', host.bind(sid, false));
      await client.list();
      return client;
    };
    const third = keys[2] as (typeof keys)[number];
    await (await list()).sign(third.blob, loginData(third.blob, 'git', sid));
    await agent.consent.activitySettled();
    await list();
    offers.setLimit(offerLimit({ maxOfferedKeys: 1 }));
    await list();
    const explained = await policyHandlers(agent.consent, agent.keys)['offers.list']({}, from);
    expect(explained).toMatchObject([
      {
        usedBefore: [{ comment: 'key 2' }],
        others: 0,
        keptBack: [{ comment: 'key 0' }, { comment: 'key 1' }],
        moreKeptBack: 0,
        host: { trust: 'verified' },
      },
      { usedBefore: [{ comment: 'key 2' }], others: 2, keptBack: [] },
    ]);
  });
});

describe('a rule made from the activity', () => {
  const entry = (requester: Partial<ActivityEntry['requester']> = {}): ActivityEntry => ({
    id: 1,
    time: '2026-11-12T14:05:00Z',
    key: { comment: 'k', fingerprint: `SHA256:${'k'.repeat(43)}`, algorithm: 'ssh-ed25519' },
    requester: {
      transport: 'test',
      purpose: { kind: 'ssh-login', user: 'git', service: 'ssh-connection' },
      forwarded: false,
      path: [],
      process: { pid: 7, executable: '/usr/bin/ssh', parents: [], connections: [] },
      ...requester,
    },
    answer: 'allowed',
    reason: 'You allowed it.',
    firstUseBy: [],
    count: 1,
  });
  const fingerprint = `SHA256:${'h'.repeat(43)}`;
  const verified = (names: readonly string[], isRevoked = false) =>
    ({
      trust: 'verified',
      basis: 'session-bind',
      host: {
        fingerprint,
        algorithm: 'ssh-ed25519',
        name: { names, source: 'known_hosts', isRevoked },
      },
    }) as const;

  it('has all that the entry says', () => {
    const conditions = {
      key: `SHA256:${'k'.repeat(43)}`,
      program: '/usr/bin/ssh',
      destination: 'git.example.com',
      purpose: 'login',
      user: 'git',
      origin: 'local',
    };
    expect(activityView(entry({ destination: verified(['git.example.com']) })).conditions).toEqual(
      conditions,
    );
  });

  it.each([
    ['is only hashed', verified([])],
    ['would match others', verified(['*.example.com'])],
    ['is revoked', verified(['git.example.com'], true)],
  ])('goes by the host key where its name %s', (_what, destination) => {
    expect(conditionsOf(entry({ destination }))?.destination).toBe(fingerprint);
  });

  it('names the program behind our own relay, and no other’s word of one', () => {
    const relayed = { place: 'Ubuntu', executable: '/usr/bin/git', user: 'me', pid: 1, byOwnRelay: true };
    expect(conditionsOf(entry({ relayed }))?.program).toBe('relay:Ubuntu:/usr/bin/git');
    expect(conditionsOf(entry({ relayed: { ...relayed, byOwnRelay: false } }))?.program).toBe('/usr/bin/ssh');
  });

  it('is not there where a text was not kept whole, which would make it wider', () => {
    const purpose = { kind: 'sshsig', namespace: `${'n'.repeat(299)}…`, hashAlgorithm: 'sha512' } as const;
    expect(conditionsOf(entry({ purpose }))).toBeUndefined();
    expect(activityView(entry({ purpose }))).not.toHaveProperty('conditions');
  });
});
