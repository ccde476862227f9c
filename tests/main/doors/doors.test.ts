import { describe, expect, it } from 'vitest';
import { TransportError } from '../../../ipc/transports/transport.ts';
import { createTransport } from '../../../ipc/transports/transport-lifecycle.ts';
import { Doors } from '../../../main/doors/doors.ts';
import { retryMs } from '../../../main/doors/repair.ts';
import { startAgent } from '../../../main/start-agent.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { scriptedAgent } from '../../fakes/scripted-agent.ts';
import { ScriptedApprover } from '../../fakes/scripted-approver.ts';

/** A door whose name another program may hold. */
class ContestedDoor {
  holder: { pid: number; executable: string } | undefined;
  attempts = 0;
  lose: (reason: TransportError) => void = () => {};
  readonly transport;

  constructor(name: string) {
    this.transport = createTransport(name, {
      address: `address of ${name}`,
      open: async (_openSession, onLost) => {
        this.attempts++;
        this.lose = onLost;
        if (this.holder)
          throw new TransportError('It is taken.', 'End that program.', { heldBy: this.holder });
        return true;
      },
      close: async () => {},
      explain: (cause) => new TransportError(String(cause), ''),
    });
  }
}

function hall(options: { closed?: readonly string[] } = {}) {
  const [front, back] = [new ContestedDoor('own-pipe'), new ContestedDoor('openssh-pipe')];
  const clock = new ManualClock();
  const log: string[] = [];
  const doors = new Doors({
    transports: [front.transport, back.transport],
    openSession: scriptedAgent().openSession,
    clock,
    log: (line) => log.push(line),
    ...options,
  });
  return { front, back, clock, log, doors };
}

/** Lets the doors that were tried come to their end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const holder = { pid: 12, executable: 'C:\\pageant.exe' };

describe('doors', () => {
  it('open to clients when what is to be done before is done', async () => {
    const { front } = hall();
    let isDone = () => {};
    const preparing = new Promise<void>((resolve) => {
      isDone = resolve;
    });
    const starting = startAgent({
      approver: new ScriptedApprover(),
      transports: [front.transport],
      beforeDoors: () => preparing,
    });
    await settled();
    expect(front.attempts).toBe(0);
    isDone();
    const running = await starting;
    expect(front.attempts).toBe(1);
    await running.stop();
  });

  it('fail alone, and tell who holds them and what to do', async () => {
    const { back, doors } = hall();
    back.holder = holder;
    expect(await doors.open()).toMatchObject([{ message: 'It is taken.' }]);
    expect(doors.isDegraded).toBe(true);
    expect(doors.views).toMatchObject([
      { name: 'own-pipe', status: 'listening', address: 'address of own-pipe' },
      {
        name: 'openssh-pipe',
        title: "OpenSSH's pipe (Windows' ssh.exe, VS Code)",
        status: 'degraded',
        reason: 'It is taken.',
        remedy: 'End that program.',
        heldBy: holder,
      },
    ]);
    expect([doors.addressOf('own-pipe'), doors.addressOf('openssh-pipe')]).toEqual([
      'address of own-pipe',
      undefined,
    ]);
  });

  it('are tried again every 30 seconds, only those that failed and only until they open', async () => {
    const { front, back, clock, doors } = hall();
    back.holder = holder;
    await doors.open();
    clock.advance(retryMs - 1);
    expect(back.attempts).toBe(1);
    clock.advance(1);
    await settled();
    expect(back.attempts).toBe(2);
    back.holder = undefined;
    clock.advance(retryMs);
    await settled();
    expect(doors.isDegraded).toBe(false);
    expect([front.attempts, back.attempts]).toEqual([1, 3]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are tried again when they shut by themselves', async () => {
    const { front, clock, doors } = hall();
    await doors.open();
    expect(clock.pendingTimers).toBe(0);
    front.lose(new TransportError('It broke.', ''));
    await settled();
    expect(doors.views[0]).toMatchObject({ status: 'degraded', reason: 'It broke.' });
    clock.advance(retryMs);
    await settled();
    expect(doors.views[0]).toMatchObject({ status: 'listening' });
  });

  it('that shut by themselves are opened again at once, later each time, and soon again when they have stood', async () => {
    const { front, clock, doors } = hall();
    const shutAndWait = async (ms: number) => {
      front.lose(new TransportError('It broke.', ''));
      await settled();
      const before = front.attempts;
      clock.advance(ms - 1);
      expect(front.attempts).toBe(before);
      clock.advance(1);
      await settled();
      expect([front.attempts, doors.views[0]?.status]).toEqual([before + 1, 'listening']);
    };
    await doors.open();
    for (const ms of [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, retryMs, retryMs])
      await shutAndWait(ms);
    clock.advance(60_000);
    await shutAndWait(100);
  });

  it('that the person closed stay closed until they are wanted', async () => {
    const { back, clock, doors } = hall({ closed: ['openssh-pipe'] });
    await doors.open();
    await doors.retry('openssh-pipe');
    clock.advance(retryMs);
    expect([back.attempts, doors.isDegraded]).toEqual([0, false]);
    await doors.setClosed(['own-pipe']);
    expect(doors.views.map(({ status }) => status)).toEqual(['stopped', 'listening']);
  });

  it('are told of when they fail, fail otherwise or open again, and not at each try', async () => {
    const { back, clock, doors, log } = hall();
    back.holder = holder;
    await doors.open();
    expect(log).toEqual([]);
    doors.logProblems();
    const told = 'The door openssh-pipe is not open. It is taken. End that program.';
    expect(log).toEqual([told]);
    clock.advance(retryMs);
    await settled();
    expect(log).toEqual([told]);
    back.holder = undefined;
    clock.advance(retryMs);
    await settled();
    back.lose(new TransportError('It broke.', 'Mend it.'));
    await settled();
    expect(log.slice(1)).toEqual([
      'The door openssh-pipe is open now.',
      'The door openssh-pipe is not open. It broke. Mend it.',
    ]);
  });

  it('can be tried at once', async () => {
    const { back, doors } = hall();
    back.holder = holder;
    await doors.open();
    back.holder = undefined;
    expect(await doors.retry('openssh-pipe')).toMatchObject({ status: 'listening' });
    expect(await doors.retry('no such door')).toBeUndefined();
  });

  it('tell of every change until they are closed for good, and are not tried any more then', async () => {
    const { back, clock, doors } = hall();
    const seen: string[] = [];
    doors.onChanged(() => seen.push(doors.views.map(({ status }) => status).join()));
    back.holder = holder;
    await doors.open();
    expect(seen).toContain('listening,degraded');
    seen.length = 0;
    await doors.close();
    clock.advance(retryMs);
    expect([seen, back.attempts, clock.pendingTimers]).toEqual([[], 1, 0]);
    expect(doors.views.map(({ status }) => status)).toEqual(['stopped', 'stopped']);
  });

  it('stay closed when a retry is asked for while the program ends', async () => {
    const { front, doors } = hall();
    await doors.open();
    await doors.close();
    await doors.retry('own-pipe');
    expect([front.attempts, front.transport.state.status]).toEqual([1, 'stopped']);
  });
});
