// Paths of libraries that programs name: where they lead, and that they hold up nothing.
import { expect, it } from 'vitest';
import { loadByPath } from '../../../main/library-process/load-by-path.ts';
import { NamedLibraries } from '../../../main/library-process/named-library.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';

const onWindows = process.platform === 'win32';
const path = onWindows ? 'C:\\lib\\p.dll' : '/lib/p.so';

it('follows one path at a time, and tells nothing of one that leads nowhere', async () => {
  let atOnce = 0;
  const names = new NamedLibraries(new ManualClock(), async (given) => {
    expect(++atOnce).toBe(1);
    await Promise.resolve();
    atOnce--;
    if (given.endsWith('none')) throw new Error('ENOENT');
    return `${given} followed`;
  });
  const targets = await Promise.all([path, `${path}none`, path].map((given) => names.target(given)));
  expect(targets).toEqual([`${path} followed`, undefined, `${path} followed`]);
});

it('gives a file system that never answers one thread alone, and says in time that there is nothing', async () => {
  const clock = new ManualClock();
  let calls = 0;
  const names = new NamedLibraries(clock, () => {
    calls++;
    return new Promise(() => {});
  });
  const targets = [1, 2, 3, 4, 5].map(() => names.target(path));
  await expect.poll(() => clock.pendingTimers).toBe(5);
  clock.advance(2000);
  expect(await Promise.all(targets)).toEqual(Array(5).fill(undefined));
  expect(calls).toBe(1);
});

it.each(
  onWindows
    ? [
        '\\\\elsewhere\\share\\p.dll',
        '//elsewhere/share/p.dll',
        '\\\\.\\pipe\\p',
        '\\??\\UNC\\elsewhere\\p',
        'p.dll',
      ]
    : ['p.so', ''],
)('looks at no path that is not of this machine, or not whole: %s', async (given) => {
  const names = new NamedLibraries(new ManualClock(), () => expect.unreachable());
  expect(await names.target(given)).toBeUndefined();
});

it('loads none by a name alone, which may be found where others put it', () => {
  for (const name of ['libc.so.6', './libc.so.6', 'version.dll', ''])
    expect(() => loadByPath(name)).toThrow('not the whole path of a library');
});
