import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type BlockChange, blockChange } from '../../../../main/set-up/changes/block-change.ts';
import { InventedHome } from '../invented-home.ts';

let home: InventedHome;
let change: BlockChange;

beforeEach(() => {
  home = new InventedHome();
  onTestFinished(() => home[Symbol.dispose]());
  change = {
    kind: 'block',
    path: home.path('.ssh/config'),
    id: 'ssh',
    at: 'start',
    lines: ['IdentityAgent x'],
    isNew: false,
  };
});

const apply = () => blockChange.apply(change, home.around());
const undo = (kept: BlockChange) => blockChange.undo(kept, home.around());
const withOurs = (text: string) =>
  `# >>> Sallyport ssh >>>\nIdentityAgent x\n# <<< Sallyport ssh <<<\n${text}`;

describe('a block in a file of the person', () => {
  it('is put there and taken out, and the rights of the file stay', async () => {
    const path = home.write('.ssh/config', 'Host a\n');
    chmodSync(path, 0o640);
    const kept = await apply();
    expect(home.read('.ssh/config')).toBe(withOurs('Host a\n'));
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(await undo(kept)).toEqual({});
    expect(home.read('.ssh/config')).toBe('Host a\n');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(home.path('.ssh'))).toEqual(['config']);
  });

  it('makes a file for the person alone where there is none, and takes it away again', async () => {
    const kept = await apply();
    expect(statSync(home.path('.ssh/config')).mode & 0o777).toBe(0o600);
    expect(statSync(home.path('.ssh')).mode & 0o777).toBe(0o700);
    await undo(kept);
    expect(existsSync(home.path('.ssh/config'))).toBe(false);
  });

  it('leaves a file that it made when the person has written to it', async () => {
    const kept = await apply();
    writeFileSync(home.path('.ssh/config'), withOurs('Host mine\n'));
    await undo(kept);
    expect(home.read('.ssh/config')).toBe('Host mine\n');
  });

  it('goes behind a link to where the person keeps the file, and the link stays', async () => {
    home.write('dotfiles/config', 'Host a\n');
    mkdirSync(home.path('.ssh'), { mode: 0o700 });
    symlinkSync('../dotfiles/config', home.path('.ssh/config'));
    const kept = await apply();
    expect(home.read('dotfiles/config')).toBe(withOurs('Host a\n'));
    await undo(kept);
    expect(home.read('dotfiles/config')).toBe('Host a\n');
    expect(lstatSync(home.path('.ssh/config')).isSymbolicLink()).toBe(true);
  });

  it('takes out its own lines alone when the person has written around them since', async () => {
    home.write('.ssh/config', 'Host a\n');
    const kept = await apply();
    writeFileSync(home.path('.ssh/config'), `# new\n${withOurs('Host a\nHost b')}`);
    await undo(kept);
    expect(home.read('.ssh/config')).toBe('# new\nHost a\nHost b');
  });

  it('stays where its lines were changed, and says which they were', async () => {
    home.write('.ssh/config', 'Host a\n');
    const kept = await apply();
    const edited = home.read('.ssh/config').replace('IdentityAgent x', 'IdentityAgent y');
    home.write('.ssh/config', edited);
    await expect(undo(kept)).rejects.toMatchObject({
      message: expect.stringContaining('were changed since, so they are left as they are'),
      byHand: expect.arrayContaining(['IdentityAgent x']),
    });
    expect(home.read('.ssh/config')).toBe(edited);
  });

  it('that is there no more is none to take out', async () => {
    home.write('.ssh/config', 'Host a\n');
    expect(await undo(change)).toMatchObject({ note: expect.stringContaining('nothing of Sallyport’s') });
    expect(home.read('.ssh/config')).toBe('Host a\n');
    expect(await undo({ ...change, path: home.path('.zprofile') })).toHaveProperty('note');
    expect(existsSync(home.path('.zprofile'))).toBe(false);
  });

  it('is not put beside one that is there already', async () => {
    home.write('.ssh/config', withOurs(''));
    await expect(apply()).rejects.toThrow('There is a block of Sallyport’s');
  });

  it('is not put behind a line that goes on', async () => {
    change = { ...change, path: home.path('.profile'), at: 'end' };
    home.write('.profile', 'export A=1 \\\n');
    await expect(apply()).rejects.toThrow('goes on behind its end');
  });

  it.each<[string, (path: string) => void]>([
    ['read-only', (path) => writeFileSync(path, 'a\n', { mode: 0o400 })],
    ['larger than 1 MB', (path) => writeFileSync(path, Buffer.alloc(2 ** 20 + 1, 0x0a))],
    ['not in an encoding', (path) => writeFileSync(path, Buffer.from('\ufeffHost a\r\n', 'utf16le'))],
    [
      'has other names',
      (path) => {
        writeFileSync(`${path}2`, 'a\n');
        linkSync(`${path}2`, path);
      },
    ],
    ['no file', (path) => mkdirSync(path)],
    ['a link that leads nowhere', (path) => symlinkSync('missing', path)],
  ])('is refused for a file that is %s, with the lines for the person to write', async (what, make) => {
    mkdirSync(home.path('.ssh'), { mode: 0o700 });
    make(home.path('.ssh/config'));
    const facts = () => {
      const stats = statSync(change.path, { throwIfNoEntry: false });
      return stats && [stats.ino, stats.size, stats.mtimeMs, stats.mode];
    };
    const before = facts();
    await expect(apply()).rejects.toMatchObject({
      message: expect.stringContaining(what),
      byHand: expect.arrayContaining(['IdentityAgent x']),
    });
    expect(facts()).toEqual(before);
  });

  it('is refused where others may write the file, and nothing is written by a planted link', async () => {
    const path = home.write('.ssh/config', 'a\n');
    chmodSync(path, 0o666);
    await expect(apply()).rejects.toThrow('Other users may');
    expect(home.read('.ssh/config')).toBe('a\n');
  });

  it('of a planted list is taken out of no other file than Sallyport writes to', async () => {
    const text = withOurs('secret\n');
    const path = home.write('elsewhere', text);
    await expect(undo({ ...change, path })).rejects.toThrow('Sallyport writes nothing to');
    await expect(undo({ ...change, path: `${home.home}/.ssh/../elsewhere` })).rejects.toThrow(
      'Sallyport writes nothing to',
    );
    expect(home.read('elsewhere')).toBe(text);
  });

  it('is done with where its file is gone, whatever stood there', async () => {
    expect(await undo({ ...change, path: home.path('cygwin64/home/me/.profile') })).toEqual({
      note: 'There was nothing of Sallyport’s in it any more.',
    });
    await expect(undo({ ...change, path: '\\\\server\\share\\.profile' })).rejects.toThrow(
      'Sallyport writes nothing to',
    );
  });

  it('is put by several at once without losing one', async () => {
    home.write('.profile', 'a\n');
    const of = (id: string): BlockChange => ({ ...change, path: home.path('.profile'), at: 'end', id });
    await Promise.all(['one', 'two', 'three'].map((id) => blockChange.apply(of(id), home.around())));
    await Promise.all(['two', 'one', 'three'].map((id) => undo(of(id))));
    expect(home.read('.profile')).toBe('a\n');
  });
});
