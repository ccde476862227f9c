// What an installation begins with, and that a lost file with rules is no beginning.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withDirectoryLock } from '../../../ipc/posix/files/directory-lock.ts';
import { lostPolicy, PolicyStore } from '../../../main/agent/consent/rules/policy-store.ts';
import { beginPolicy } from '../../../main/stored/first-policy.ts';
import { createPolicyJsonFile } from '../../../main/stored/policy-json-file.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';

const onPosix = it.skipIf(process.platform === 'win32');
const levelOf = (defaultLevel: string) => ({ version: 1, defaultLevel, levels: {}, rules: [] });
const begun = { ...levelOf('new'), unchosen: true };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-first-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const directory = () => join(dir, 'config/sallyport');
const at = (name: string) => join(directory(), name);
const begin = (canAsk = true) => beginPolicy({ directory: directory(), canAsk });
/** As an agent leaves it. */
function leave(name: string, contents = 'x'): void {
  mkdirSync(dirname(at(name)), { recursive: true, mode: 0o700 });
  writeFileSync(at(name), contents, { mode: 0o600 });
}
const stored = () => JSON.parse(readFileSync(at('rules.json'), 'utf8'));
/** What holds from now on, as the agent reads it. */
async function held(canAsk = true): Promise<unknown> {
  const { unstored = lostPolicy } = await begin(canAsk);
  return createPolicyJsonFile(at('rules.json'), () => {}, unstored).load();
}

/** What an agent goes by. */
async function levelHere(canAsk = true): Promise<unknown> {
  const { unstored = lostPolicy } = await begin(canAsk);
  const file = createPolicyJsonFile(at('rules.json'), () => {}, unstored, !canAsk);
  return new PolicyStore(file, new ManualClock()).policy.defaultLevel;
}

describe('a new installation', () => {
  it('has “new” stored at once, and the next start finds it', async () => {
    expect(await begin()).toMatchObject({ isNewInstallation: true, firstLevel: 'new' });
    expect(stored()).toEqual(begun);
    expect(await begin()).toEqual({ isNewInstallation: false, unstored: undefined });
    expect(await held()).toEqual(begun);
  });

  it.each(['keys.toml', 'other-agents.json', 'agent.log', 'log.txt', 'set-up.json', 'Cache/x'])(
    'is one also where there is %s, which is there before an agent has run',
    async (name) => {
      leave(name);
      expect(await begin()).toMatchObject({ firstLevel: 'new' });
    },
  );

  it('keeps the level that the person brought along with their rules', async () => {
    leave('rules.json', JSON.stringify(levelOf('forwarded')));
    const { isNewInstallation, firstLevel } = await begin();
    expect([isNewInstallation, firstLevel]).toEqual([true, undefined]);
    expect(await held()).toEqual(levelOf('forwarded'));
  });

  it('is not made of a level that two agents find at once: both begin with “new”', async () => {
    const both = await Promise.all([begin(), begin()]);
    expect(both.map(({ firstLevel }) => firstLevel)).toEqual(['new', undefined]);
    expect(stored()).toEqual(begun);
  });

  onPosix('that has begun keeps no start waiting for another program', async () => {
    await begin();
    await withDirectoryLock(directory(), async () => {
      expect(await begin()).toEqual({ isNewInstallation: false, unstored: undefined });
    });
  });

  it('begins with “never” where nobody can be asked, and with “new” once somebody can', async () => {
    expect(await begin(false)).toMatchObject({ isNewInstallation: true, firstLevel: 'never' });
    leave('local-secret');
    leave('activity.jsonl');
    expect(existsSync(at('rules.json'))).toBe(false);
    expect(await levelHere(false)).toBe('never');
    expect(await begin()).toMatchObject({ isNewInstallation: true, firstLevel: 'new' });
    expect(stored()).toEqual(begun);
    expect([await levelHere(false), await levelHere()]).toEqual(['never', 'new']);
  });

  it.each([false, true])(
    'keeps asking where rules were added by an agent that could ask nobody (first: %s)',
    async (isFirst) => {
      if (!isFirst) await begin();
      const { unstored = lostPolicy } = await begin(false);
      const mute = new PolicyStore(
        createPolicyJsonFile(at('rules.json'), () => {}, unstored, true),
        new ManualClock(),
      );
      await mute.addRule({ action: 'deny', user: 'root' });
      expect(mute.policy.defaultLevel).toBe('never');
      expect(stored()).toMatchObject({ ...begun, rules: [{ action: 'deny' }] });
      expect([await levelHere(false), await levelHere()]).toEqual(['never', 'new']);
    },
  );

  it.each(['new', 'never'] as const)('has “%s” everywhere once the person has chosen that', async (level) => {
    await begin();
    const store = new PolicyStore(
      createPolicyJsonFile(at('rules.json'), () => {}),
      new ManualClock(),
    );
    await store.setDefaultLevel(level);
    expect(stored()).toEqual(levelOf(level));
    expect([await levelHere(false), await levelHere()]).toEqual([level, level]);
  });

  it('keeps a “never” that was chosen where nobody could be asked', async () => {
    const { unstored } = await begin(false);
    const file = createPolicyJsonFile(at('rules.json'), () => {}, unstored);
    await file.save({ version: 1, defaultLevel: 'never', levels: {}, rules: [] });
    expect(await begin()).toEqual({ isNewInstallation: false, unstored: undefined });
    expect(stored()).toEqual(levelOf('never'));
  });

  it('holds “new” in memory where it can’t be stored, and says why', async () => {
    writeFileSync(join(dir, 'config'), 'a file in the way');
    expect(await begin()).toMatchObject({
      firstLevel: 'new',
      unstored: begun,
      problem: expect.stringContaining('can not write'),
    });
  });

  it('is still one at the next start where “new” could not be stored, whatever else was left by then', async () => {
    const obstacle = at('rules.json.sallyport-new');
    mkdirSync(obstacle, { recursive: true, mode: 0o700 });
    expect(await begin()).toMatchObject({ firstLevel: 'new', problem: expect.any(String) });
    leave('local-secret');
    leave('activity.jsonl');
    expect(await begin()).toMatchObject({ firstLevel: 'new', problem: expect.any(String) });
    rmSync(obstacle, { recursive: true });
    expect(await begin()).toMatchObject({ isNewInstallation: true, firstLevel: 'new' });
    expect(stored()).toEqual(begun);
    expect(readdirSync(directory()).sort()).toEqual([
      'activity.jsonl',
      'local-secret',
      'rules-state',
      'rules.json',
    ]);
  });

  onPosix('writes over no link that leads nowhere yet, and stays new', async () => {
    mkdirSync(directory(), { recursive: true });
    symlinkSync(join(dir, 'repository/rules.json'), at('rules.json'));
    expect(await held()).toEqual(begun);
    expect(existsSync(at('rules.json'))).toBe(false);
    leave('local-secret');
    expect(await held()).toEqual(begun);
  });
});

describe('an installation of a version that stored no level', () => {
  it.each([
    'local-secret',
    'local-proof',
    'activity.jsonl',
    'settings.json',
    'get-started.json',
    'keys/index.json',
  ])('keeps “never”, which is stored, where there is %s', async (name) => {
    leave(name);
    expect(await begin()).toMatchObject({ isNewInstallation: false, firstLevel: 'never' });
    expect(stored()).toEqual(levelOf('never'));
  });

  it('is known by what the program keeps in another folder', async () => {
    const other = join(dir, 'userData');
    mkdirSync(other);
    writeFileSync(join(other, 'settings.json'), '{}');
    const options = { directory: directory(), otherDirectories: [other], canAsk: true };
    expect(await beginPolicy(options)).toMatchObject({ isNewInstallation: false, firstLevel: 'never' });
  });

  it('keeps its rules as they are', async () => {
    leave('local-secret');
    leave('rules.json', '{"version":1,"rules":[]}');
    expect(await begin()).toEqual({ isNewInstallation: false, unstored: undefined });
    expect(readFileSync(at('rules.json'), 'utf8')).toBe('{"version":1,"rules":[]}');
  });
});

describe('a file with rules that is removed while no agent runs', () => {
  const attacks: [string, () => void][] = [
    ['alone', () => {}],
    ['with all else but what says that it was stored', () => rmSync(at('local-secret'))],
    ['and what says so is emptied', () => writeFileSync(at('rules-state'), '')],
    ['and what says so is overwritten', () => writeFileSync(at('rules-state'), 'none')],
  ];
  it.each(attacks)('is no “never”: %s', async (_, attack) => {
    leave('local-secret');
    await begin();
    rmSync(at('rules.json'));
    attack();
    expect([await held(), await held(false)]).toEqual([lostPolicy, lostPolicy]);
    expect(existsSync(at('rules.json'))).toBe(false);
  });

  it('was written down also where the person’s own file was all there was', async () => {
    leave('local-secret');
    leave('rules.json', JSON.stringify(levelOf('always')));
    await begin();
    rmSync(at('rules.json'));
    expect(await held()).toBe(lostPolicy);
  });

  it('is a beginning where everything was removed, which asks', async () => {
    await begin();
    rmSync(directory(), { recursive: true });
    expect(await held()).toEqual(begun);
  });

  onPosix('is lost, too, where a link to it leads nowhere in an old installation', async () => {
    leave('local-secret');
    symlinkSync(join(dir, 'repository/rules.json'), at('rules.json'));
    expect(await held()).toBe(lostPolicy);
  });

  onPosix('by others, who may write there, is lost once the place is mended', async () => {
    leave('local-secret');
    chmodSync(directory(), 0o777);
    const { unstored = lostPolicy, problem } = await begin();
    expect(problem).toContain('chmod go-w');
    const file = createPolicyJsonFile(at('rules.json'), () => {}, unstored);
    expect(file.load()).toBeNull();
    chmodSync(directory(), 0o700);
    expect(file.load()).toBe(lostPolicy);
  });
});
