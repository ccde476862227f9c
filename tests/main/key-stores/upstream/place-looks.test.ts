// Addresses of other agents on a disk or server that never answers: they hold up nothing.
import { expect, it } from 'vitest';
import { PlaceLooks, SilentPlaceError } from '../../../../main/key-stores/upstream/place-looks.ts';
import { UpstreamStore } from '../../../../main/key-stores/upstream/upstream-store.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

/** What is below /hung is never told. */
function looksOf() {
  const clock = new ManualClock();
  const asked: string[] = [];
  const looks = new PlaceLooks(clock, async (path) => {
    asked.push(path);
    if (path.startsWith('/hung/')) await new Promise(() => {});
    if (path === '/none') throw new Error('ENOENT');
    return `${path} followed`;
  });
  return { clock, asked, looks };
}

it('tells what a path leads to, and nothing of one that leads nowhere', async () => {
  const { looks } = looksOf();
  const paths = ['/a', '/none', '/b', '/c'];
  expect(await Promise.all(paths.map((path) => looks.target(path)))).toEqual([
    '/a followed',
    undefined,
    '/b followed',
    '/c followed',
  ]);
});

it('gives places that never answer two threads at the most, and says so in time', async () => {
  const { looks, clock, asked } = looksOf();
  const all = ['/hung/a', '/hung/a', '/hung/b', '/hung/c', '/a'].map((path) => looks.target(path));
  await expect.poll(() => clock.pendingTimers).toBe(5);
  clock.advance(2000);
  for (const { status } of await Promise.allSettled(all)) expect(status).toBe('rejected');
  await expect(Promise.race(all)).rejects.toThrow(SilentPlaceError);
  expect(asked).toEqual(['/hung/a', '/hung/b']);
});

it('tells of other places while one does not answer', async () => {
  const { looks } = looksOf();
  void looks.target('/hung/a').catch(() => {});
  expect(await looks.target('/a')).toBe('/a followed');
});

it('fails an agent there in time, with what to do, before a connection is begun', async () => {
  const { looks, clock } = looksOf();
  const store = new UpstreamStore('/hung/agent.sock', new Uint8Array(16), () => expect.unreachable(), looks);
  const listed = store.list(new AbortController().signal);
  listed.catch(() => {});
  await expect.poll(() => clock.pendingTimers).toBe(1);
  clock.advance(2000);
  await expect(listed).rejects.toMatchObject({
    message: 'The disk or server where its address is does not answer.',
    remedy: 'Connect that again, or remove the agent here.',
  });
});
