// A map that keeps the latest entries.
import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../../main/basics/bounded-map.ts';

describe('a bounded map', () => {
  it('forgets what was set longest ago, and says what', () => {
    const dropped: string[] = [];
    const map = new BoundedMap<number, string>(2, (value) => dropped.push(value));
    map.set(1, 'one').set(2, 'two').set(3, 'three');
    expect([...map]).toEqual([
      [2, 'two'],
      [3, 'three'],
    ]);
    expect(dropped).toEqual(['one']);
  });

  it('takes what is set again for the latest, whether it was looked at or not', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1).set('b', 2).set('a', 3);
    map.get('b');
    map.set('c', 4);
    expect([...map]).toEqual([
      ['a', 3],
      ['c', 4],
    ]);
  });

  it('drops nothing that is replaced or deleted', () => {
    const dropped: number[] = [];
    const map = new BoundedMap<string, number>(1, (value) => dropped.push(value));
    map.set('a', 1).set('a', 2);
    map.delete('a');
    map.set('b', 3);
    map.clear();
    expect([map.size, dropped]).toEqual([0, []]);
  });

  it('keeps undefined keys and values as any other', () => {
    const map = new BoundedMap<undefined | number, undefined>(1);
    map.set(undefined, undefined);
    expect([...map.keys()]).toEqual([undefined]);
    map.set(1, undefined);
    expect([...map.keys()]).toEqual([1]);
  });
});
