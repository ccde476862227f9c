import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ProgramState } from '../../../ipc/contract/set-up.ts';
import type { Change } from '../../../main/set-up/changes/change-kinds.ts';
import type { Program } from '../../../main/set-up/programs/program.ts';
import { SetUp } from '../../../main/set-up/set-up.ts';
import { createSetUpRecord } from '../../../main/set-up/set-up-record.ts';
import { InventedHome } from './invented-home.ts';

let home: InventedHome;
let lines: readonly string[];
let more: readonly Change[];

beforeEach(() => {
  home = new InventedHome();
  onTestFinished(() => home[Symbol.dispose]());
  lines = ['IdentityAgent one'];
  more = [];
});

const projectFile = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const block = (): Change => ({
  kind: 'block',
  path: home.path('.ssh/config'),
  id: 'ssh',
  at: 'start',
  lines: [...lines],
  isNew: false,
});

const program: Program = {
  id: 'ssh',
  title: 'OpenSSH',
  summary: 'a block',
  look: async () => ({ status: 'can', sentence: 'Not yet.', changes: [block(), ...more] }),
  test: async () => ({ isWorking: true, message: 'It works.' }),
};

const record = () => createSetUpRecord(home.path('set-up.json'));
const open = () => new SetUp({ programs: [program], around: home.around(), record: record(), now: () => 7 });
const marked = (line: string) => `# >>> Sallyport ssh >>>\n${line}\n# <<< Sallyport ssh <<<\n`;

/** One that takes back all that is remembered. */
const otherProcess = (path: string) => `
import { SetUp } from '${projectFile('main/set-up/set-up.ts')}';
import { createSetUpRecord } from '${projectFile('main/set-up/set-up-record.ts')}';
const record = createSetUpRecord(${JSON.stringify(path)});
const around = { platform: 'linux', env: {}, home: ${JSON.stringify(home.home)} };
const setUp = new SetUp({ programs: [], around, record });
for (const { id } of record.load().slice(0, 1)) await setUp.undo(id).catch(({ message }) => console.log(message));
`;

async function applied(): Promise<SetUp> {
  const setUp = open();
  const { token } = await setUp.lookAt('ssh');
  await setUp.apply('ssh', token);
  return setUp;
}

describe('setting a program up', () => {
  it('makes what was shown, remembers it over a restart, and takes it back', async () => {
    home.write('.ssh/config', 'Host a\n');
    const before = await open().lookAt('ssh');
    expect(before).toMatchObject({
      status: 'can',
      made: [],
      changes: [{ added: marked('IdentityAgent one').trimEnd().split('\n') }],
    });
    expect(home.read('.ssh/config')).toBe('Host a\n');
    await applied();
    expect(home.read('.ssh/config')).toBe(`${marked('IdentityAgent one')}Host a\n`);
    const later = open();
    const [made] = (await later.lookAt('ssh')).made;
    expect(made).toMatchObject({
      at: 7,
      undo: { removed: marked('IdentityAgent one').trimEnd().split('\n') },
    });
    await later.undo(made?.id ?? '');
    expect(home.read('.ssh/config')).toBe('Host a\n');
    expect((await open().lookAt('ssh')).made).toEqual([]);
    await expect(later.undo(made?.id ?? '')).rejects.toThrow('was taken back already');
  });

  it('does nothing when what would be changed is not what was shown', async () => {
    const setUp = open();
    const { token } = await setUp.lookAt('ssh');
    lines = ['IdentityAgent two'];
    await expect(setUp.apply('ssh', token)).rejects.toThrow('not what you were shown any more');
    await expect(setUp.apply('ssh', '')).rejects.toThrow('not what you were shown any more');
    expect(record().load()).toEqual([]);
    await expect(setUp.apply('other', token)).rejects.toThrow('does not set up such a program');
  });

  it('takes a token once, for its own program, and only of what was given to be shown', async () => {
    const other: Program = { ...program, id: 'git' };
    const setUp = new SetUp({ programs: [program, other], around: home.around(), record: record() });
    const [first, second] = [await setUp.lookAt('ssh'), await setUp.lookAt('ssh')];
    expect(first.token).not.toBe(second.token);
    const made = createHash('sha256')
      .update(JSON.stringify([block()]))
      .digest('hex');
    for (const [id, token] of [
      ['ssh', made],
      ['git', first.token],
      // That was used up.
      ['ssh', first.token],
    ] as const)
      await expect(setUp.apply(id, token)).rejects.toThrow('not what you were shown any more');
    expect(record().load()).toEqual([]);
    await setUp.apply('ssh', second.token);
    await setUp.undo(record().load()[0]?.id ?? '');
    await expect(setUp.apply('ssh', second.token)).rejects.toThrow('not what you were shown any more');
    expect([record().load(), existsSync(home.path('.ssh/config'))]).toEqual([[], false]);
  });

  it('does nothing when it was set up by another since it was shown', async () => {
    const setUp = open();
    const { token } = await setUp.lookAt('ssh');
    await applied();
    const made = record().load();
    await expect(setUp.apply('ssh', token)).rejects.toThrow('not what you were shown any more');
    expect(record().load()).toEqual(made);
  });

  it('puts the new change in the place of an older one', async () => {
    await applied();
    lines = ['IdentityAgent two'];
    const setUp = await applied();
    expect(home.read('.ssh/config')).toBe(marked('IdentityAgent two'));
    const { made } = await setUp.lookAt('ssh');
    expect(made).toHaveLength(1);
  });

  it('twice at once makes one change', async () => {
    const setUp = open();
    const [{ token }, { token: another }] = [await setUp.lookAt('ssh'), await setUp.lookAt('ssh')];
    const outcomes = await Promise.allSettled([
      setUp.apply('ssh', token),
      setUp.apply('ssh', token),
      setUp.apply('ssh', another),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(home.read('.ssh/config')).toBe(marked('IdentityAgent one'));
    expect(record().load()).toHaveLength(1);
  });

  it('by two at once is the work of one, and the other is told; nothing is lost of either', async () => {
    // As Git stops where it asks something.
    const [reached, goesOn] = [new AbortController(), new AbortController()];
    const held = home.around({
      run: async (path, args, options) => {
        reached.abort();
        if (!goesOn.signal.aborted) await once(goesOn.signal, 'abort');
        return await home.around().run(path, args, options);
      },
    });
    more = [{ kind: 'git', name: 'gpg.format', value: 'ssh', former: [] }];
    const slow = new SetUp({ programs: [program], around: held, record: record() });
    const { token } = await slow.lookAt('ssh');
    const working = slow.apply('ssh', token);
    await once(reached.signal, 'abort');
    const text = home.read('.ssh/config');
    // Another process: it shares nothing but the files.
    const script = home.write('other.ts', otherProcess(home.path('set-up.json')));
    const other = await promisify(execFile)(process.execPath, [script]);
    expect(other.stdout).toContain('Sallyport is setting programs up just now');
    expect(home.read('.ssh/config')).toBe(text);
    goesOn.abort();
    await working;
    expect(record().load()).toHaveLength(2);
    for (const { id } of await slow.made()) await slow.undo(id);
    expect([existsSync(home.path('.ssh/config')), record().load()]).toEqual([false, []]);
  });

  it('takes back what it has made when a further change fails', async () => {
    home.write('.ssh/config', 'Host a\n');
    home.write('.profile', 'a\n', 0o400);
    more = [{ ...block(), path: home.path('.profile') } as Change];
    await expect(applied()).rejects.toThrow('read-only');
    expect(home.read('.ssh/config')).toBe('Host a\n');
    expect(record().load()).toEqual([]);
  });

  it('remembers a change that can’t be taken back until the person has seen to it', async () => {
    const setUp = await applied();
    const [made] = await setUp.made();
    const edited = marked('IdentityAgent mine');
    writeFileSync(home.path('.ssh/config'), edited);
    await expect(setUp.undo(made?.id ?? '')).rejects.toThrow('changed since');
    expect(record().load()).toHaveLength(1);
    writeFileSync(home.path('.ssh/config'), '');
    expect(await setUp.undo(made?.id ?? '')).toHaveProperty('note');
    expect(record().load()).toEqual([]);
  });

  it('tells of a file that can’t be looked at as of what is in the way', async () => {
    const { ChangeError } = await import('../../../main/set-up/changes/change-error.ts');
    const failing: Program = { ...program, look: () => Promise.reject(new ChangeError('Git can’t read.')) };
    const setUp = new SetUp({ programs: [failing], around: home.around(), record: record() });
    expect(await setUp.lookInto('ssh')).toMatchObject([
      { status: 'blocked', sentence: 'Git can’t read.', changes: [] },
    ]);
  });

  it('is not held up by another that hangs, of which is said so, with what can be taken back of it', async () => {
    await applied();
    const hanging: Program = { ...program, look: () => new Promise(() => {}) };
    const other: Program = {
      ...program,
      id: 'git',
      title: 'Git',
      look: async () => ({ status: 'works', sentence: 'Git asks.' }),
    };
    const group = {
      id: 'wsl',
      title: 'WSL',
      isHere: () => true,
      find: async () => [
        { ...other, id: 'wsl-a' },
        { ...hanging, id: 'wsl-b' },
      ],
    };
    const setUp = new SetUp({
      programs: [hanging, other],
      groups: [group, { ...group, id: 'none', isHere: () => false }],
      around: home.around(),
      record: record(),
      lookLimitMs: 30,
    });
    expect(setUp.lookedFor().map(({ id }) => id)).toEqual(['ssh', 'git', 'wsl']);
    const come: ProgramState[] = [];
    for await (const state of setUp.look()) come.push(state);
    const problem = 'OpenSSH didn’t answer within 0.03 seconds: a program of it hangs. Look again later.';
    expect(come).toMatchObject([
      { id: 'ssh', status: 'blocked', sentence: problem, changes: [], made: [{ at: 7, undo: { problem } }] },
      { id: 'git', status: 'works' },
      { id: 'wsl-a', status: 'works' },
      { id: 'wsl-b', status: 'blocked', made: [] },
    ]);
    await expect(setUp.apply('ssh', come[0]?.token ?? '')).rejects.toThrow(problem);
  });
});
