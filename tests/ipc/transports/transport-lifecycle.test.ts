import { describe, expect, test } from 'vitest';
import { type Transport, TransportError } from '../../../ipc/transports/transport.ts';
import { createTransport } from '../../../ipc/transports/transport-lifecycle.ts';

/** A door that the test shuts from outside. */
class FragileDoor {
  readonly address = 'here';
  opened = 0;
  closed = 0;
  shut: (reason: TransportError) => void = () => {};

  async open(_: unknown, onLost: (reason: TransportError) => void): Promise<object> {
    this.opened++;
    this.shut = onLost;
    return {};
  }

  async close(): Promise<void> {
    this.closed++;
  }

  explain(): TransportError {
    return new TransportError('It is broken.', 'Mend it.');
  }
}

/** One whose clients stay when it shuts. */
class ReopenedDoor extends FragileDoor {
  reopened = 0;
  isBlocked = false;

  async reopen(): Promise<void> {
    if (this.isBlocked) throw new Error('blocked');
    this.reopened++;
  }
}

const openSession = () => {
  throw new Error('nobody comes in here');
};
const reason = new TransportError('The door fell shut.', 'Open it again.');

function nextState(transport: Transport): Promise<Transport['state']> {
  return new Promise((resolve) => {
    const stop = transport.onStateChanged((state) => {
      stop();
      resolve(state);
    });
  });
}

describe('a door that shuts by itself', () => {
  test('is closed, degraded with its reason, and can be started again', async () => {
    const door = new FragileDoor();
    const transport = createTransport('fragile', door);
    await transport.start(openSession);
    const changed = nextState(transport);
    door.shut(reason);
    expect(await changed).toEqual({
      status: 'degraded',
      reason: 'The door fell shut.',
      remedy: 'Open it again.',
    });
    expect(door.closed).toBe(1);
    await transport.start(openSession);
    expect(transport.state).toEqual({ status: 'listening', address: 'here' });
    expect(door.opened).toBe(2);
  });

  test('changes nothing once it is stopped, nor for the one that was opened since', async () => {
    const door = new FragileDoor();
    const transport = createTransport('fragile', door);
    await transport.start(openSession);
    const shutFirst = door.shut;
    await transport.stop();
    shutFirst(reason);
    await transport.stop();
    expect(transport.state).toEqual({ status: 'stopped' });
    await transport.start(openSession);
    shutFirst(reason);
    await transport.start(openSession);
    expect(transport.state).toEqual({ status: 'listening', address: 'here' });
    expect(door.closed).toBe(1);
  });

  test('stays open for the clients inside where it can be reopened, until it is stopped', async () => {
    const door = new ReopenedDoor();
    const transport = createTransport('fragile', door);
    await transport.start(openSession);
    door.shut(reason);
    await expect.poll(() => transport.state).toMatchObject({ status: 'degraded', reason: reason.message });
    door.isBlocked = true;
    await expect(transport.start(openSession)).rejects.toThrow('It is broken.');
    expect(transport.state).toMatchObject({ status: 'degraded', reason: 'It is broken.' });
    door.isBlocked = false;
    await transport.start(openSession);
    await transport.start(openSession);
    expect(transport.state).toEqual({ status: 'listening', address: 'here' });
    expect([door.opened, door.reopened, door.closed]).toEqual([1, 1, 0]);
    door.shut(reason);
    await transport.stop();
    expect([transport.state.status, door.closed]).toEqual(['stopped', 1]);
    await transport.start(openSession);
    expect([door.opened, door.reopened]).toEqual([2, 1]);
  });
});
