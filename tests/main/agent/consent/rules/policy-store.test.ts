// The person's policy as it is stored: old, new, damaged, written by hand, or not to be written at all.
import { describe, expect, it } from 'vitest';
import { noLevelsBeside } from '../../../../../main/agent/consent/rules/ask-level.ts';
import { decide } from '../../../../../main/agent/consent/rules/policy.ts';
import {
  readStoredPolicy,
  type StoredPolicy,
  storePolicy,
} from '../../../../../main/agent/consent/rules/policy-format.ts';
import {
  lostPolicy,
  type PolicyFile,
  PolicyStore,
} from '../../../../../main/agent/consent/rules/policy-store.ts';
import { RefusedError } from '../../../../../main/agent/protocol/errors.ts';
import { ManualClock } from '../../../../fakes/manual-clock.ts';

const key = `SHA256:${'k'.repeat(43)}`;

/** A file in memory that somebody else may change. */
class FakeFile implements PolicyFile {
  contents: unknown;
  changedByOthers = false;
  refusesWrites = false;
  readonly saved: StoredPolicy[] = [];

  constructor(contents?: unknown) {
    this.contents = contents;
  }

  load(): unknown {
    this.changedByOthers = false;
    return this.contents;
  }

  async save(stored: StoredPolicy): Promise<void> {
    await Promise.resolve();
    if (this.refusesWrites) throw new Error('disk full');
    this.contents = JSON.parse(JSON.stringify(stored));
    this.saved.push(stored);
  }

  hasChanged(): boolean {
    return this.changedByOthers;
  }
}

const storeOf = (contents?: unknown, clock = new ManualClock()) => {
  const file = new FakeFile(contents);
  return { file, clock, store: new PolicyStore(file, clock) };
};

const anyUse = {
  keyFingerprint: key,
  confirmConstraint: false,
  askEachUse: false,
  use: { purpose: { kind: 'unknown' }, forwarded: false, path: [] },
} as const;

describe('a stored policy', () => {
  it('gives a rule that was copied by hand an id of its own, so that one is removed without the other', async () => {
    const rules = ['root', 'git', 'bin'].map((user) => ({ id: 'a', action: 'deny', user }));
    const { store, file } = storeOf({ version: 1, rules });
    expect(store.policy.rules.map(({ id }) => id)).toEqual(['a', 'a-2', 'a-3']);
    expect(await store.removeRule('a')).toBe(true);
    expect(file.saved.at(-1)?.rules).toEqual([
      { id: 'a-2', action: 'deny', user: 'git' },
      { id: 'a-3', action: 'deny', user: 'bin' },
    ]);
  });

  it('asks where a level is for what is no key', () => {
    const policy = readStoredPolicy({ version: 1, levels: { 'SHA256:short': 'always' } });
    expect(decide(policy, anyUse).decision).toBe('ask');
  });

  it.each([{ rule: [] }, { defaultlevel: 'always' }])('asks where a part of it is misspelt: %j', (part) => {
    expect(decide(readStoredPolicy({ version: 1, ...part }), anyUse).decision).toBe('ask');
  });

  it('is changed whatever a listener throws, and says so in the log', async () => {
    const lines: string[] = [];
    const store = new PolicyStore(new FakeFile(), new ManualClock(), (line) => lines.push(line));
    let told = 0;
    store.onChanged(() => {
      throw new TypeError('broken');
    });
    store.onChanged(() => told++);
    await store.addRule({ action: 'deny', user: 'root' });
    await store.setLevel(key, 'always');
    expect(told).toBe(2);
    expect(lines[0]).toContain('TypeError');
  });

  it('is empty where nothing was ever stored', () => {
    expect(decide(readStoredPolicy(undefined), anyUse).decision).toBe('allow');
  });

  it.each<[string, unknown]>([
    ['damaged', null],
    ['no object', []],
    ['of another version', { version: 2, rules: [] }],
    ['without version', { rules: [] }],
    ['with rules that are no list', { version: 1, rules: {} }],
    [
      'with more rules than can be',
      { version: 1, rules: Array.from({ length: 1025 }, (_, n) => ({ id: `r${n}`, action: 'allow' })) },
    ],
    ['with a level that is not known', { version: 1, defaultLevel: 'sometimes' }],
    ['with a level of the key that is not known', { version: 1, levels: { [key]: 7 } }],
    ['with a name for the level that is not known', { version: 1, defaultlevel: 'always' }],
    ['with a level of what is no key', { version: 1, levels: { [key.toLowerCase()]: 'always' } }],
    ['with a rule that is no object', { version: 1, rules: ['deny all'] }],
    ['with an action that is not known', { version: 1, rules: [{ id: 'a', action: 'log' }] }],
    [
      'with a condition that is not known',
      { version: 1, rules: [{ id: 'a', action: 'allow', time: 'noon' }] },
    ],
    ['with an id that is none', { version: 1, rules: [{ id: 'A b', action: 'allow' }] }],
  ])('that is %s is asked about', (_, stored) => {
    expect(decide(readStoredPolicy(stored), anyUse).decision).toBe('ask');
  });

  it('comes back as it was stored, with what was not understood', () => {
    const stored = {
      version: 1,
      defaultLevel: 'of a newer version',
      levels: { [key]: 'always', other: { by: 'time' } },
      rules: [
        { id: 'a', action: 'deny', user: 'root' },
        { id: 'b', action: 'allow', moon: 'full' },
        'a line of text',
      ],
    };
    expect(storePolicy(readStoredPolicy(stored), stored)).toEqual(stored);
  });
});

describe('changes of the policy', () => {
  it('are stored before they hold', async () => {
    const { file, store } = storeOf();
    const rule = await store.addRule({ action: 'deny', namespace: 'git' });
    expect(file.contents).toEqual({ version: 1, defaultLevel: 'never', levels: {}, rules: [rule] });
    expect(store.policy.rules).toEqual([rule]);
    file.refusesWrites = true;
    await expect(store.removeRule(rule.id)).rejects.toThrow('can not be written, so nothing was changed');
    expect(store.policy.rules).toEqual([rule]);
  });

  it('made at once are all kept', async () => {
    const git = { id: 'git', action: 'allow', user: 'git' };
    const { file, store } = storeOf({ version: 1, rules: [git] });
    const changes = [
      store.addRule({ action: 'deny' }),
      store.setLevel(key, 'always'),
      store.setDefaultLevel('forwarded'),
      store.addRule({ action: 'ask' }, 'git'),
    ];
    await Promise.all(changes);
    expect(file.contents).toMatchObject({
      defaultLevel: 'forwarded',
      levels: { [key]: 'always' },
      rules: [{ action: 'ask' }, git, { action: 'deny' }],
    });
  });

  it('made before a rule that others move or remove meanwhile are made where it then is, or not at all', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ id, action: 'deny', user: id }));
    const { store } = storeOf({ version: 1, rules: [a, b, c] });
    const moved = store.moveRule('c', 0);
    await store.addRule({ action: 'ask', user: 'x' }, 'b');
    expect(await moved).toBe(true);
    expect(store.policy.rules).toMatchObject([c, a, { user: 'x' }, b]);
    const movedBack = store.moveRule('c', 3);
    expect(await store.moveRuleBefore('a', 'c')).toBe(true);
    expect(await movedBack).toBe(true);
    expect(store.policy.rules).toMatchObject([{ user: 'x' }, b, a, c]);
    const removed = store.removeRule('b');
    await expect(store.addRule({ action: 'ask', user: 'y' }, 'b')).rejects.toThrow('There is no rule b.');
    expect(await removed).toBe(true);
    expect(store.policy.rules).toMatchObject([{ user: 'x' }, a, c]);
  });

  it('are told to who wants to know', async () => {
    const { store } = storeOf();
    let changes = 0;
    const stop = store.onChanged(() => changes++);
    await store.setDefaultLevel('always');
    stop();
    await store.setDefaultLevel('never');
    expect(changes).toBe(1);
  });

  it('leave what is not understood as it stands, and rules that were not named', async () => {
    const odd = { version: 1, defaultLevel: 'of a newer version', levels: { [key]: { by: 'time' } } };
    const rules = ['a', 'b'].map((id) => ({ id, action: 'deny', user: id }));
    const { file, store } = storeOf({ ...odd, rules });
    expect(await store.removeRule('gone')).toBe(false);
    expect(await store.moveRule('gone', 0)).toBe(false);
    expect(file.saved).toEqual([]);
    await store.removeRule('a');
    expect(file.contents).toEqual({ ...odd, rules: [rules[1]] });
  });

  it('leave a level that nobody has chosen, also where it does not hold, as nobody can be asked', async () => {
    const file = new FakeFile({ version: 1, defaultLevel: 'new', unchosen: true });
    expect(new PolicyStore(file, new ManualClock()).policy.defaultLevel).toBe('new');
    const store = new PolicyStore(Object.assign(file, { isMute: true }), new ManualClock());
    expect(store.policy.defaultLevel).toBe('never');
    await store.addRule({ action: 'deny', user: 'root' });
    expect(file.contents).toMatchObject({ defaultLevel: 'new', unchosen: true });
    await store.setDefaultLevel('new');
    expect(store.policy.defaultLevel).toBe('new');
    expect(file.contents).not.toHaveProperty('unchosen');
  });

  it('by others are told, too', () => {
    const { file, clock, store } = storeOf();
    let changes = 0;
    store.onChanged(() => changes++);
    file.contents = { version: 1, defaultLevel: 'always' };
    file.changedByOthers = true;
    clock.advance(1000);
    expect(store.policy.defaultLevel).toBe('always');
    expect(changes).toBe(1);
  });

  it('that could never count are refused, with what is in their way', async () => {
    const rules = ['a', 'b'].map((user) => ({ id: `for-${user}`, action: 'deny', user }));
    const { file, store } = storeOf({ version: 1, rules });
    await expect(store.addRule({ action: 'ask', user: 'b' })).rejects.toThrow(
      'This rule would never count: rule 2 (for-b), before it, decides all that it is about.',
    );
    expect(file.saved).toEqual([]);
    await store.addRule({ action: 'ask', user: 'b' }, 'for-b');
    expect(store.policy.rules).toMatchObject([rules[0], { action: 'ask' }, rules[1]]);
  });

  it('never overwrite what could not be read', async () => {
    const { file, store } = storeOf(null);
    for (const change of [
      () => store.addRule({ action: 'allow' }),
      () => store.removeRule('a'),
      () => store.setLevel(key, 'never'),
      () => store.setDefaultLevel('never'),
    ])
      await expect(change()).rejects.toThrow('nothing in it was changed');
    expect(file.saved).toEqual([]);
  });

  describe('together with what is then refused', () => {
    const theirs = { id: 'theirs', action: 'deny', user: 'root' };
    const refused = new Error('refused');

    /** Sets a level while somebody else writes `contents` into the file, and what is done together is refused. */
    async function setWhile(former: object, contents: (levels: object) => object) {
      const { file, store } = storeOf({ version: 1, levels: former });
      let changes = 0;
      store.onChanged(() => changes++);
      const set = store.setLevel(key, 'never', () => {
        file.contents = { version: 1, ...contents((file.contents as StoredPolicy).levels) };
        file.changedByOthers = true;
        throw refused;
      });
      await expect(set).rejects.toBe(refused);
      expect(changes).toBe(1);
      return { file, store };
    }

    it.each([
      ['of none', {}, {}],
      ['of another', { [key]: 'forwarded' }, { [key]: 'forwarded' }],
      ['of one that is not understood', { [key]: 'sometimes' }, { [key]: 'always' }],
    ])(
      'take the level back in the place %s, and leave a rule that somebody else has written since',
      async (_, former, levels) => {
        const { file, store } = await setWhile(former, (now) => ({ levels: now, rules: [theirs] }));
        expect(file.contents).toMatchObject({ levels, rules: [theirs] });
        expect(store.policy).toMatchObject({ levels: new Map(Object.entries(levels)), rules: [theirs] });
      },
    );

    it('leave a level that somebody else has written since', async () => {
      const { file } = await setWhile({}, () => ({ levels: { [key]: 'always' }, rules: [theirs] }));
      expect(file.contents).toMatchObject({ levels: { [key]: 'always' }, rules: [theirs] });
    });

    it('leave a file that can not be read any more', async () => {
      const { file, store } = await setWhile({}, () => ({ version: 2 }));
      expect(file.contents).toEqual({ version: 2 });
      expect(store.policy.defaultLevel).toBe('unreadable');
    });

    it('tell where the level could not be taken out of the file again', async () => {
      const { file, store } = storeOf({ version: 1 });
      const setWhileFull = (error: Error) => {
        file.refusesWrites = false;
        return store.setLevel(key, 'never', () => {
          file.refusesWrites = true;
          throw error;
        });
      };
      await expect(setWhileFull(refused)).rejects.toThrow(
        'The key was not added, but when to ask for it could not be taken out of the file with your rules',
      );
      expect(store.policy.levels).toEqual(new Map());
      await expect(setWhileFull(new RefusedError('it is there'))).rejects.toThrow(
        'The key was not added (it is there), but when to ask',
      );
      file.refusesWrites = false;
      await store.setDefaultLevel('always');
      expect(file.contents).toMatchObject({ levels: {} });
    });
  });

  it('keep what somebody else has just written', async () => {
    const { file, store } = storeOf({ version: 1, rules: [] });
    file.contents = { version: 1, rules: [{ id: 'theirs', action: 'deny', user: 'root' }] };
    file.changedByOthers = true;
    await store.addRule({ action: 'ask' });
    expect(file.contents).toMatchObject({ rules: [{ id: 'theirs' }, { action: 'ask' }] });
  });

  it('end at 1,024 rules', async () => {
    const rules = Array.from({ length: 1024 }, (_, n) => ({ id: `r${n}`, action: 'deny' }));
    const { store } = storeOf({ version: 1, rules });
    await expect(store.addRule({ action: 'deny' })).rejects.toThrow('no more than 1024 rules');
  });

  it('end at 1,024 keys with a level', async () => {
    const levels = Object.fromEntries(
      Array.from({ length: 1023 }, (_, n) => [`SHA256:${`${n}`.padStart(42, '0')}A`, 'new']),
    );
    const { store } = storeOf({ version: 1, levels });
    await store.setLevel(key, 'always');
    const other = `SHA256:${'o'.repeat(43)}`;
    await expect(store.setLevel(other, 'always')).rejects.toThrow('no more than 1024 keys with a level');
    await store.setLevel(key, undefined);
    await store.setLevel(other, 'always');
    expect(store.policy.levels.size).toBe(1024);
  });
});

it('a file that others change is looked at within a second, not at each use', () => {
  const { file, clock, store } = storeOf();
  file.contents = { version: 1, defaultLevel: 'always' };
  file.changedByOthers = true;
  expect(store.policy.defaultLevel).toBe('never');
  clock.advance(1000);
  expect(store.policy.defaultLevel).toBe('always');
  file.contents = { version: 1, defaultLevel: 'forwarded' };
  file.changedByOthers = true;
  clock.advance(999);
  expect(store.policy.defaultLevel).toBe('always');
  clock.advance(1);
  expect(store.policy.defaultLevel).toBe('forwarded');
});

it('levels beside the rules hold as soon as they change, and the policy is another only then', () => {
  let beside = noLevelsBeside;
  const store = new PolicyStore(new FakeFile(), new ManualClock(), undefined, () => beside);
  expect(store.policy).toBe(store.policy);
  beside = new Map([[key, 'always']]);
  const held = store.policy;
  expect(held.beside).toBe(beside);
  expect(store.policy).toBe(held);
  beside = noLevelsBeside;
  expect(store.policy.beside).toBeUndefined();
});

describe('a file with rules that is gone', () => {
  const rule = { id: 'a', action: 'deny', user: 'root' };
  const strict = { version: 1, defaultLevel: 'new', levels: { [key]: 'always' }, rules: [rule] };

  it('takes back neither question nor “no” while the agent runs, and is written again at the next change', async () => {
    const { file, clock, store } = storeOf(strict);
    file.contents = lostPolicy;
    file.changedByOthers = true;
    clock.advance(1000);
    expect(store.policy).toEqual(readStoredPolicy(strict));
    await store.addRule({ action: 'ask', user: 'b' });
    expect(file.contents).toMatchObject({ ...strict, rules: [rule, { user: 'b' }] });
  });

  it('is written again when a change comes at once, as it was', async () => {
    const { file, store } = storeOf(strict);
    file.contents = lostPolicy;
    file.changedByOthers = true;
    await store.setDefaultLevel('forwarded');
    expect(file.contents).toEqual({ ...strict, defaultLevel: 'forwarded' });
  });

  it('has each use asked about at a start, until the person chooses anew', async () => {
    const { file, store } = storeOf(lostPolicy);
    expect(decide(store.policy, anyUse)).toMatchObject({ decision: 'ask', strictness: 2 });
    await store.setDefaultLevel('new');
    expect(file.contents).toEqual({ version: 1, defaultLevel: 'new', levels: {}, rules: [] });
  });

  it('has each use asked about where it could not be understood before, until the person chooses anew', async () => {
    const { file, clock, store } = storeOf('damaged');
    file.contents = lostPolicy;
    file.changedByOthers = true;
    clock.advance(1000);
    expect(decide(store.policy, anyUse).decision).toBe('ask');
    await store.setDefaultLevel('new');
    expect(file.contents).toEqual({ version: 1, defaultLevel: 'new', levels: {}, rules: [] });
  });

  it('while a key is added with a level is written again without that level when the key is refused', async () => {
    const { file, store } = storeOf(strict);
    const other = `SHA256:${'o'.repeat(43)}`;
    await expect(
      store.setLevel(other, 'never', () => {
        file.contents = lostPolicy;
        file.changedByOthers = true;
        throw new Error('refused');
      }),
    ).rejects.toThrow('refused');
    expect(file.contents).toEqual(strict);
    expect(store.policy).toEqual(readStoredPolicy(strict));
  });
});

describe('a rule that is changed in its place', () => {
  const users = (store: PolicyStore) =>
    store.policy.rules.map((rule) => (rule.action === 'unreadable' ? rule.id : rule.user));
  const of = (user: string) => ({ id: user, action: 'deny', user });

  it('keeps its id and place, in one write', async () => {
    const { store, file } = storeOf({ version: 1, rules: ['a', 'b', 'c'].map(of) });
    await store.changeRule('b', { action: 'ask', user: 'd' });
    expect(file.saved).toHaveLength(1);
    expect(file.saved[0]?.rules).toEqual([of('a'), { id: 'b', action: 'ask', user: 'd' }, of('c')]);
    expect(users(store)).toEqual(['a', 'd', 'c']);
  });

  it('is refused, and stays, where the other makes no sense, would never count, or where it is gone', async () => {
    const { store, file } = storeOf({ version: 1, rules: ['a', 'b'].map(of) });
    await expect(store.changeRule('b', { action: 'deny', key: 'SHA256:short' })).rejects.toThrow('no rule');
    await expect(store.changeRule('b', { action: 'deny', user: 'a' })).rejects.toThrow('would never count');
    await expect(store.changeRule('gone', { action: 'deny', user: 'd' })).rejects.toThrow('no rule gone');
    // A rule does not stand in its own way.
    await store.changeRule('b', { action: 'ask', user: 'b' });
    expect(file.saved).toHaveLength(1);
  });

  it('stays what it was where the file can’t be written', async () => {
    const { store, file } = storeOf({ version: 1, rules: [of('a')] });
    file.refusesWrites = true;
    await expect(store.changeRule('a', { action: 'ask', user: 'd' })).rejects.toThrow('can not be written');
    expect(users(store)).toEqual(['a']);
  });
});

describe('a rule that was removed', () => {
  const of = (user: string) => ({ id: user, action: 'deny', user });
  const ids = (store: PolicyStore) => store.policy.rules.map(({ id }) => id);

  it.each(['a', 'b', 'c'])('comes back at its old place under its id: %s', async (id) => {
    const rules = ['a', 'b', 'c'].map(of);
    const { store, file } = storeOf({ version: 1, rules });
    await store.removeRule(id);
    expect(await store.restoreRule(id)).toBe(true);
    expect(file.saved.at(-1)?.rules).toEqual(rules);
    expect(await store.restoreRule(id)).toBe(false);
  });

  it('comes back as it stood in the file where it was not understood', async () => {
    const odd = { id: 'odd', action: 'deny', host: 'x' };
    const { store, file } = storeOf({ version: 1, rules: [odd, of('a')] });
    await store.removeRule('odd');
    await store.restoreRule('odd');
    expect(file.saved.at(-1)?.rules).toEqual([odd, of('a')]);
  });

  it('never comes back before a rule that it was behind, whatever happened to the others', async () => {
    const { store } = storeOf({ version: 1, rules: ['a', 'b', 'c', 'd'].map(of) });
    await store.removeRule('c');
    await store.moveRule('a', 3);
    expect(ids(store)).toEqual(['b', 'd', 'a']);
    await store.restoreRule('c');
    expect(ids(store)).toEqual(['b', 'd', 'a', 'c']);
    for (const id of ['d', 'b', 'a', 'c']) await store.removeRule(id);
    await store.restoreRule('b');
    await store.restoreRule('a');
    expect(ids(store)).toEqual(['b', 'a']);
  });

  it('does not come back over another with its id, nor where there is no room, nor one never removed', async () => {
    const { store, file } = storeOf({ version: 1, rules: [of('a'), of('b')] });
    expect(await store.restoreRule('a')).toBe(false);
    expect(await store.restoreRule('never')).toBe(false);
    await store.removeRule('a');
    file.contents = { version: 1, rules: [{ id: 'a', action: 'ask' }] };
    file.changedByOthers = true;
    expect(await store.restoreRule('a')).toBe(false);
    file.changedByOthers = true;
    file.contents = { version: 1, rules: Array.from({ length: 1024 }, (_, n) => of(`r${n}`)) };
    await expect(store.restoreRule('a')).rejects.toThrow('no more than 1024 rules');
  });

  it('comes back right behind those that it was behind, before what was added there since', async () => {
    const { store } = storeOf({ version: 1, rules: ['a', 'b', 'c'].map(of) });
    await store.removeRule('b');
    const { id } = await store.addRule({ action: 'ask', user: 'd' }, 'c');
    await store.restoreRule('b');
    expect(ids(store)).toEqual(['a', 'b', id, 'c']);
  });

  it('comes back as it was when it was last removed, and not again after that', async () => {
    const { store, file } = storeOf({ version: 1, rules: [of('a'), of('b')] });
    const write = (...rules: object[]) => {
      file.contents = { version: 1, rules };
      file.changedByOthers = true;
    };
    await store.removeRule('a');
    write({ id: 'a', action: 'ask', user: 'git' }, of('b'));
    await store.removeRule('a');
    expect(await store.restoreRule('a')).toBe(true);
    expect(store.policy.rules).toEqual([{ id: 'a', action: 'ask', user: 'git' }, of('b')]);
    write(of('b'));
    expect(await store.restoreRule('a')).toBe(false);
  });

  it('is remembered with the fifteen that were removed after it', async () => {
    const names = Array.from({ length: 17 }, (_, n) => `r${n}`);
    const { store } = storeOf({ version: 1, rules: names.map(of) });
    for (const id of names) await store.removeRule(id);
    expect(await store.restoreRule('r0')).toBe(false);
    expect(await store.restoreRule('r1')).toBe(true);
    expect(await store.restoreRule('r16')).toBe(true);
  });

  it('stays away where the file can’t be written, and can be asked for again', async () => {
    const { store, file } = storeOf({ version: 1, rules: [of('a')] });
    await store.removeRule('a');
    file.refusesWrites = true;
    await expect(store.restoreRule('a')).rejects.toThrow('can not be written');
    expect(ids(store)).toEqual([]);
    file.refusesWrites = false;
    expect(await store.restoreRule('a')).toBe(true);
  });
});
