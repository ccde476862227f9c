// A foreign library in a process of its own: what it may do to itself, and nothing of it to us.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/basics/clock.ts';
import { startChildLibraryProcess } from '../../../main/library-process/child-library-process.ts';
import { type LibraryCall, LibraryProcess } from '../../../main/library-process/library-process.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';

const host = fileURLToPath(new URL('../../fakes/library-host.ts', import.meta.url));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

let open: LibraryProcess | undefined;
afterEach(() => open?.close());

function libraryProcess(
  options: Partial<ConstructorParameters<typeof LibraryProcess>[0]> = {},
  env: NodeJS.ProcessEnv = process.env,
) {
  open = new LibraryProcess({
    program: 'any',
    start: startChildLibraryProcess(host, env),
    clock: systemClock(),
    prepare: async () => {},
    ...options,
  });
  const library = open;
  const call = (operation: string, body = '', more: Partial<LibraryCall> = {}) =>
    library
      .call({ operation, body: new TextEncoder().encode(body), limitMs: 60_000, ...more })
      .then((bytes) => text(bytes));
  return { library, call };
}

const exists = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.skipIf(process.platform === 'win32')('a process with a foreign library', () => {
  it('answers one call after the other, also when many come at once', async () => {
    const { call } = libraryProcess();
    const answers = await Promise.all(['a', 'b', 'c'].map((body) => call('echo', body)));
    expect(answers).toEqual(['a', 'b', 'c']);
    expect(Number(await call('pid'))).not.toBe(process.pid);
  });

  it('is the same for all calls, and made ready once', async () => {
    let times = 0;
    const { call } = libraryProcess({
      prepare: async (ask) => {
        times++;
        await ask({ operation: 'echo', body: new Uint8Array(1), limitMs: 60_000 });
      },
    });
    const [first, second] = await Promise.all([call('pid'), call('pid')]);
    expect(second).toBe(first);
    expect(times).toBe(1);
  });

  it('fails a call that its program fails, and goes on', async () => {
    const { call } = libraryProcess();
    const pid = await call('pid');
    await expect(call('throw')).rejects.toMatchObject({ trouble: 'failed', message: 'as it says' });
    expect(await call('pid')).toBe(pid);
  });

  it('tells what it says without having been asked', async () => {
    const { library, call } = libraryProcess();
    const events: string[] = [];
    library.onEvent((body) => events.push(text(body)));
    await call('tell', 'come and gone');
    expect(events).toEqual(['come and gone']);
  });

  it('gets none of our descriptors, and may print what it likes', async () => {
    const descriptor = openSync(host, 'r');
    const { call } = libraryProcess();
    expect(await call('print', 'x'.repeat(100_000))).toHaveLength(100_000);
    const descriptors = await call('descriptors');
    const standard = ['0 /dev/null', '1 /dev/null', '2 /dev/null'];
    expect(descriptors.split('\n')).toEqual(expect.arrayContaining(standard));
    expect(descriptors).not.toContain('library-host.ts');
    expect(descriptor).toBeGreaterThan(2);
  });

  it('is told of our environment what a library for tokens may need, and no secrets', async () => {
    const { call } = libraryProcess(
      {},
      {
        ...{ PATH: process.env['PATH'], HOME: '/h', LC_ALL: 'C', SOFTHSM2_CONF: '/s', OPENSC_CONF: '/o' },
        ...{
          SSH_AUTH_SOCK: '/a',
          NODE_OPTIONS: '--no-warnings',
          LD_PRELOAD: '',
          MY_SECRET: 's',
          SSH_ASKPASS: 'a',
        },
      },
    );
    const environment = JSON.parse(await call('environment')) as Record<string, string>;
    expect(Object.keys(environment).sort()).toEqual([
      'HOME',
      'LC_ALL',
      'OPENSC_CONF',
      'PATH',
      'SOFTHSM2_CONF',
    ]);
  });

  it.each(['crash', 'lie', 'flood', 'chatter'])(
    'that does this ends, fails its call alone, and another one comes: %s',
    async (what) => {
      const clock = new ManualClock();
      const { library, call } = libraryProcess({ clock });
      let ends = 0;
      library.onEnded(() => ends++);
      const pid = await call('pid');
      await expect(call(what)).rejects.toMatchObject({ trouble: 'crashed' });
      expect(ends).toBe(1);
      // Not at once, or one that always crashes would be started for each call.
      await expect(call('pid')).rejects.toMatchObject({ trouble: 'crashed' });
      clock.advance(1000);
      expect(await call('pid')).not.toBe(pid);
      await expect.poll(() => exists(Number(pid))).toBe(false);
    },
  );

  it('that crashes again and again rests longer each time', async () => {
    const clock = new ManualClock();
    const { call } = libraryProcess({ clock, prepare: async (ask) => void (await ask(crash)) });
    const crash = { operation: 'crash', body: new Uint8Array(), limitMs: 60_000 };
    for (const restMs of [1000, 2000, 4000]) {
      await expect(call('pid')).rejects.toMatchObject({ trouble: 'crashed' });
      clock.advance(restMs - 1);
      await expect(call('pid')).rejects.toMatchObject({ trouble: 'crashed' });
      clock.advance(1);
    }
  });

  it('that can’t be made ready is not started again for each call', async () => {
    const clock = new ManualClock();
    let starts = 0;
    const start = startChildLibraryProcess(host);
    const { call } = libraryProcess({
      clock,
      start: (...ends) => {
        starts++;
        return start(...ends);
      },
      prepare: () => Promise.reject(new Error('not there')),
    });
    for (const _ of [1, 2, 3]) await expect(call('pid')).rejects.toThrow('not there');
    expect(starts).toBe(1);
    clock.advance(1000);
    await expect(call('pid')).rejects.toThrow('not there');
    expect(starts).toBe(2);
  });

  it('is asked nothing for somebody who left while it was made ready', async () => {
    let makeReady = () => {};
    const ready = new Promise<void>((resolve) => {
      makeReady = resolve;
    });
    const { call } = libraryProcess({ prepare: () => ready });
    const leaving = new AbortController();
    const left = expect(call('crash', '', { signal: leaving.signal })).rejects.toThrow('left');
    leaving.abort(new Error('left'));
    await left;
    makeReady();
    expect(await call('echo', 'next')).toBe('next');
  });

  it('that hangs is ended when its time is over, whoever waits behind it', async () => {
    const clock = new ManualClock();
    const { call } = libraryProcess({ clock });
    const pid = Number(await call('pid'));
    const hanging = expect(call('hang', '', { limitMs: 3000 })).rejects.toMatchObject({ trouble: 'stuck' });
    const behind = expect(call('echo')).rejects.toMatchObject({ trouble: 'stuck' });
    await expect.poll(() => clock.pendingTimers).toBe(1);
    clock.advance(3000);
    await hanging;
    await behind;
    await expect.poll(() => exists(pid)).toBe(false);
  });

  it('that hangs for somebody who has left is ended at once, or after the grace of the call', async () => {
    const clock = new ManualClock();
    const { call } = libraryProcess({ clock });
    const leave = async (graceMs: number) => {
      const leaving = new AbortController();
      const pid = Number(await call('pid'));
      const left = expect(call('hang', '', { graceMs, signal: leaving.signal })).rejects.toThrow('left');
      await expect.poll(() => clock.pendingTimers).toBe(1);
      leaving.abort(new Error('left'));
      await left;
      return pid;
    };
    const first = await leave(0);
    await expect.poll(() => exists(first)).toBe(false);
    const second = await leave(5000);
    expect(exists(second)).toBe(true);
    clock.advance(5000);
    await expect.poll(() => exists(second)).toBe(false);
  });

  it('is not asked for somebody who leaves while another waits for it', async () => {
    const { call } = libraryProcess();
    const leaving = new AbortController();
    const first = call('echo', 'first');
    const second = expect(call('crash', '', { signal: leaving.signal })).rejects.toThrow('left');
    leaving.abort(new Error('left'));
    await second;
    expect(await first).toBe('first');
    expect(await call('echo', 'third')).toBe('third');
  });

  it('is sent nothing that is too long', async () => {
    const { call } = libraryProcess();
    await expect(call('echo', 'x'.repeat(1024 * 1024))).rejects.toMatchObject({ trouble: 'too-long' });
    expect(await call('echo', 'short')).toBe('short');
  });

  it('ends with us, even while its library hangs', async () => {
    const { call, library } = libraryProcess();
    const pid = Number(await call('pid'));
    void call('hang').catch(() => {});
    library.close();
    await expect.poll(() => exists(pid)).toBe(false);
    await expect(call('pid')).rejects.toMatchObject({ trouble: 'closed' });
  });

  it('ends with us when we are killed while its library hangs', async () => {
    const module = (path: string) => JSON.stringify(new URL(`../../../main/${path}`, import.meta.url).href);
    const script = `
      import { systemClock } from ${module('basics/clock.ts')};
      import { startChildLibraryProcess } from ${module('library-process/child-library-process.ts')};
      import { LibraryProcess } from ${module('library-process/library-process.ts')};
      setInterval(() => {}, 1000);
      const library = new LibraryProcess({
        program: 'any', start: startChildLibraryProcess(${JSON.stringify(host)}),
        clock: systemClock(), prepare: async () => {},
      });
      const call = (operation) => library.call({ operation, body: new Uint8Array(), limitMs: 60_000 });
      const pid = Buffer.from(await call('pid')).toString();
      void call('hang');
      setTimeout(() => console.log(pid), 100);
`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(exists(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => exists(pid)).toBe(false);
  });

  it('that can’t be started has crashed', async () => {
    const { call } = libraryProcess({ start: startChildLibraryProcess('/nonexistent/host.js') });
    await expect(call('pid')).rejects.toMatchObject({ trouble: 'crashed' });
  });
});
