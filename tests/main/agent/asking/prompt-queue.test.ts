// One conversation with the person at a time, in order, and none that nobody waits for any more.
import { describe, expect, it } from 'vitest';
import { PromptQueue } from '../../../../main/agent/asking/prompt-queue.ts';

const never = new AbortController().signal;

describe('the queue of prompts', () => {
  it('runs one conversation after another, also after one that failed', async () => {
    const queue = new PromptQueue();
    const order: string[] = [];
    const say = (word: string) => async () => {
      order.push(`${word} begins`);
      await new Promise(setImmediate);
      order.push(`${word} ends`);
      if (word === 'second') throw new Error(word);
    };
    const runs = ['first', 'second', 'third'].map((word) => queue.run(never, say(word)));
    expect((await Promise.allSettled(runs)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    const words = ['first', 'second', 'third'];
    expect(order).toEqual(words.flatMap((word) => [`${word} begins`, `${word} ends`]));
  });

  it('gives a turn to those that go second after those that go first, and before the others', async () => {
    const queue = new PromptQueue();
    const order: string[] = [];
    const ranks = [false, false, 'second', 'first', 'second', true] as const;
    const say = (name: string) => async () => void order.push(name);
    await Promise.all(ranks.map((rank, n) => queue.run(never, say(`${n} ${rank}`), () => rank)));
    // The first was alone when it began.
    expect(order).toEqual(['0 false', '3 first', '5 true', '2 second', '4 second', '1 false']);
  });

  it('gives each turn to the first of those that go first, whenever they came to', async () => {
    const queue = new PromptQueue();
    const order: string[] = [];
    const urgent = new Set(['b', 'd']);
    const run = (name: string) =>
      queue.run(
        never,
        async () => void order.push(name),
        () => urgent.has(name),
      );
    const all = ['a', 'b', 'c', 'd', 'e'].map(run);
    urgent.add('e');
    await Promise.all(all);
    expect(order).toEqual(['a', 'b', 'd', 'e', 'c']);
  });

  it('gives each their turn, and lets them leave, whatever a listener throws', async () => {
    const log: string[] = [];
    const queue = new PromptQueue((line) => log.push(line));
    queue.onWaitingChanged(() => {
      throw new TypeError('secret');
    });
    const abort = new AbortController();
    let end = () => {};
    const first = queue.run(never, () => new Promise<void>((resolve) => (end = resolve)));
    const second = queue.run(abort.signal, () => Promise.resolve('second'));
    const third = queue.run(never, () => Promise.resolve('third'));
    abort.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    end();
    await first;
    expect(await third).toBe('third');
    expect(await queue.run(never, () => Promise.resolve('fourth'))).toBe('fourth');
    expect(new Set(log)).toEqual(new Set(['whoever is told of waiting prompts failed: TypeError']));
  });

  it('lets those leave who wait, and nobody else', async () => {
    const queue = new PromptQueue();
    let end = () => {};
    const first = queue.run(never, () => new Promise<void>((resolve) => (end = resolve)));
    const abort = new AbortController();
    const second = queue.run(abort.signal, () => Promise.resolve('second'));
    const third = queue.run(never, () => Promise.resolve('third'));
    await Promise.resolve();
    abort.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    expect(queue.waiting).toBe(1);
    end();
    await first;
    expect(await third).toBe('third');
  });

  it('never begins what was aborted just when its turn had come, and goes on with the next', async () => {
    let aborted = 0;
    for (let microtasks = 0; microtasks < 12; microtasks++) {
      const queue = new PromptQueue();
      let end = () => {};
      const first = queue.run(never, () => new Promise<void>((resolve) => (end = resolve)));
      const abort = new AbortController();
      const second = queue.run(abort.signal, () => Promise.resolve(abort.signal.aborted));
      const third = queue.run(never, () => Promise.resolve('third'));
      await Promise.resolve();
      end();
      for (let n = 0; n < microtasks; n++) await Promise.resolve();
      abort.abort(new Error('left'));
      const result = await second.catch(() => 'refused');
      if (result === 'refused') aborted++;
      else expect(result).toBe(false);
      await first;
      expect(await third).toBe('third');
    }
    expect(aborted).toBeGreaterThan(0);
  });
});
