// Work in turns: never too much at once, in order, and on after a failure.
import { describe, expect, it } from 'vitest';
import { Turns } from '../../../main/keys/turns.ts';

/** Work that ends when the test says so. */
function scriptedWork(turns: Turns) {
  const started: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const run = (name: string) =>
    turns.run(() => {
      started.push(name);
      return new Promise<string>((resolve, reject) =>
        ends.set(name, { resolve: () => resolve(name), reject }),
      );
    });
  return { started, run, end: (name: string) => ends.get(name) };
}

describe('turns', () => {
  it('let only so many run, and the others in the order of asking', async () => {
    const { started, run, end } = scriptedWork(new Turns(2));
    const results = ['a', 'b', 'c', 'd'].map(run);
    await Promise.resolve();
    expect(started).toEqual(['a', 'b']);
    end('b')?.resolve();
    expect(await results[1]).toBe('b');
    expect(started).toEqual(['a', 'b', 'c']);
    end('a')?.resolve();
    await results[0];
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    for (const name of ['c', 'd']) end(name)?.resolve();
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('go on after work that failed', async () => {
    const { started, run, end } = scriptedWork(new Turns(1));
    const [failing, next] = [run('failing'), run('next')];
    await Promise.resolve();
    end('failing')?.reject(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    expect(started).toEqual(['failing', 'next']);
    end('next')?.resolve();
    expect(await next).toBe('next');
  });

  it('are free again when all work has ended', async () => {
    const { started, run, end } = scriptedWork(new Turns(1));
    for (const name of ['first', 'second']) {
      const result = run(name);
      await Promise.resolve();
      end(name)?.resolve();
      expect(await result).toBe(name);
    }
    expect(started).toEqual(['first', 'second']);
  });
});
