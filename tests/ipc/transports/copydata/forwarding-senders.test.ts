import { expect, test } from 'vitest';
import { ForwardingSenders } from '../../../../ipc/transports/copydata/forwarding-senders.ts';

/** Processes by their number, with the moment of their start. */
function fixture() {
  const starts = new Map<number, number>([
    [1, 100],
    [2, 100],
  ]);
  return { starts, senders: new ForwardingSenders((pid) => starts.get(pid)) };
}

test('what one message has told, all later ones of the process know, and no others', () => {
  const { senders } = fixture();
  const earlier = senders.of(1);
  expect(earlier.mayForward).toBe(false);
  senders.of(1).noteForwarding();
  expect(earlier.mayForward).toBe(true);
  expect(senders.of(1).mayForward).toBe(true);
  expect(senders.of(2).mayForward).toBe(false);
});

test('a later process with the same number is another', () => {
  const { senders, starts } = fixture();
  senders.of(1).noteForwarding();
  starts.set(1, 200);
  expect(senders.of(1).mayForward).toBe(false);
});

test('one of which nothing is known may be any that has forwarded, before or after', () => {
  for (const unknown of [undefined, 77]) {
    const { senders } = fixture();
    expect(senders.of(unknown).mayForward).toBe(false);
    senders.of(1).noteForwarding();
    expect(senders.of(unknown).mayForward).toBe(true);
    expect(senders.of(2).mayForward).toBe(false);
    senders.of(unknown).noteForwarding();
    expect(senders.of(2).mayForward).toBe(true);
  }
});

test('nobody who is there is forgotten, however many there are; those that have ended make room', () => {
  const { senders, starts } = fixture();
  senders.of(1).noteForwarding();
  const relay = (pid: number) => {
    starts.set(pid, pid);
    senders.of(pid).noteForwarding();
  };
  for (let pid = 1000; pid < 2000; pid++) {
    relay(pid);
    if (pid % 2 === 1) for (const ended of [pid - 1, pid]) starts.delete(ended);
  }
  expect(senders.of(1).mayForward).toBe(true);
  expect(senders.of(2).mayForward).toBe(false);
  for (let pid = 3000; pid < 3300; pid++) relay(pid);
  expect(senders.of(1).mayForward).toBe(true);
  expect(senders.of(3299).mayForward).toBe(true);
  expect(senders.of(2).mayForward).toBe(true);
});
