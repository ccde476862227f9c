import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import * as v from 'valibot';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type GitChange, gitChange } from '../../../../main/set-up/changes/git-change.ts';
import { globalValues } from '../../../../main/set-up/changes/git-settings.ts';
import { InventedHome } from '../invented-home.ts';

const ours = 'C:/Windows/System32/OpenSSH/ssh.exe';
let home: InventedHome;

beforeEach(() => {
  home = new InventedHome();
  onTestFinished(() => home[Symbol.dispose]());
});

const values = () => globalValues(home.around(), 'core.sshCommand');
const undo = (kept: GitChange) => gitChange.undo(kept, home.around());

async function apply(): Promise<GitChange> {
  const former = [...(await values())];
  return await gitChange.apply({ kind: 'git', name: 'core.sshCommand', value: ours, former }, home.around());
}

const git = (...args: readonly string[]) =>
  execFileSync('git', ['config', '--global', ...args], {
    env: { PATH: process.env['PATH'], HOME: home.home },
    encoding: 'utf8',
  });

describe('a setting of Git', () => {
  it.each([
    ['unset', '[user]\n\tname = Zoë\n'],
    ['empty', '[core]\n\tsshCommand =\n[user]\n\tname = a'],
    ['one, with a comment', '[core]\r\n  sshcommand="plink -x" ; mine\r\n# end\r\n'],
    ['several', '[core]\n\tsshCommand = a\n[user]\n\tname = b\n[core]\n\tsshCommand = c\n'],
  ])('is made and taken back byte for byte: %s', async (_, before) => {
    home.write('.gitconfig', before);
    const kept = await apply();
    expect(git('--get-all', 'core.sshCommand')).toBe(`${ours}\n`);
    expect(await undo(kept)).toEqual({});
    expect(home.read('.gitconfig')).toBe(Buffer.from(before).toString('latin1'));
    expect(readdirSync(home.home)).toEqual(['.gitconfig']);
  });

  it('taken back leaves any file that Git reads as it was', async () => {
    const lines = fc.array(
      fc.constantFrom(
        '[core]',
        '\tsshCommand = x',
        '# c',
        '',
        '[a "b"]',
        '\tk = v ; w',
        '[core] editor = vi',
      ),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.constantFrom('\n', '\r\n'), async (parts, lineEnd) => {
        const before = ['[user]', ...parts].join(lineEnd);
        home.write('.gitconfig', before);
        await undo(await apply());
        expect(home.read('.gitconfig')).toBe(before);
      }),
      { numRuns: 15 },
    );
  });

  it('makes no file that stays where there was none', async () => {
    const kept = await apply();
    expect(git('--get', 'core.sshCommand')).toBe(`${ours}\n`);
    await undo(kept);
    expect(existsSync(home.path('.gitconfig'))).toBe(false);
  });

  it('is taken back alone when the person has changed others since', async () => {
    home.write('.gitconfig', '[core]\n\tsshCommand = a\n\tsshCommand = b\n');
    const kept = await apply();
    git('user.name', 'new');
    await undo(kept);
    expect(await values()).toEqual(['a', 'b']);
    expect(git('user.name')).toBe('new\n');
  });

  it('that the person has set since stays', async () => {
    const kept = await apply();
    git('core.sshCommand', 'mine');
    expect(await undo(kept)).toMatchObject({ note: expect.stringContaining('left as it is') });
    expect(await values()).toEqual(['mine']);
  });

  it('is not made when it was changed after it was shown', async () => {
    home.write('.gitconfig', '[core]\n\tsshCommand = new\n');
    const stale: GitChange = { kind: 'git', name: 'core.sshCommand', value: ours, former: [] };
    await expect(gitChange.apply(stale, home.around())).rejects.toThrow('has just been changed');
    expect(await values()).toEqual(['new']);
  });

  it('is left while another Git writes, or one was ended while it wrote, and that is said', async () => {
    home.write('.gitconfig', '[user]\n');
    const kept = await apply();
    const after = home.read('.gitconfig');
    home.write('.gitconfig.lock', '');
    const said = `${home.path('.gitconfig.lock')} is there: another Git is writing`;
    await expect(undo(kept)).rejects.toThrow(said);
    // Also where Git itself has to take it back, and where the change is made anew.
    home.write('.gitconfig', `${after}[a]\n`);
    await expect(undo(kept)).rejects.toThrow(said);
    const anew: GitChange = { kind: 'git', name: 'gpg.format', value: 'ssh', former: [] };
    await expect(gitChange.apply(anew, home.around())).rejects.toThrow(said);
    expect(home.read('.gitconfig')).toBe(`${after}[a]\n`);
  });

  it('of a planted list is one of those that Sallyport sets, and no other', () => {
    const planted = { kind: 'git', name: 'core.fsmonitor', value: 'evil', former: ['evil'] };
    expect(v.safeParse(gitChange.schema, planted).success).toBe(false);
    expect(v.safeParse(gitChange.schema, { ...planted, name: 'core.sshCommand' }).success).toBe(true);
  });
});
