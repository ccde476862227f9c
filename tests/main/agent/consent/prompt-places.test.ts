// How many questions may wait by themselves: whose room ends where, and whom a "no" counts for.
import { describe, expect, it } from 'vitest';
import { PromptPlaces } from '../../../../main/agent/consent/prompt-places.ts';
import type { RequestSource } from '../../../../main/agent/consent/request-identity.ts';

const limits = {
  requestsPerKind: 4,
  requestsPerKindFromElsewhere: 2,
  kindsPerSource: 3,
  kindsPerGroup: 4,
  kindsFromElsewhere: 6,
  kinds: 8,
  newKindsPerSource: 2,
  newKinds: 3,
};
const here = (id: string, group = id): RequestSource => ({ id, group, isHere: true });
const elsewhere = (id: string, group = id): RequestSource => ({ id, group, isHere: false });

const tooMany = 'too many questions wait for the person';
const refused = 'others of its kind were refused while it waited';

function places() {
  const all = new PromptPlaces(limits);
  let n = 0;
  /** As many kinds as there is room for. */
  const fill = (sourceOf: (n: number) => RequestSource, isNew?: boolean) => {
    for (let taken = 0; taken < 50; taken++) {
      try {
        all.take(`kind ${n++}`, sourceOf(taken), isNew);
      } catch (error) {
        expect(error).toMatchObject({ name: 'NotAllowedError', answer: 'suppressed', message: tooMany });
        return taken;
      }
    }
    return Number.POSITIVE_INFINITY;
  };
  return { all, fill };
}

describe('the kinds of questions that wait', () => {
  it.each<[string, (n: number) => RequestSource, number]>([
    ['a program', () => here('a'), 3],
    ['the programs of a group', (n) => here(`a ${n}`, 'a'), 4],
    ['machines elsewhere', (n) => elsewhere(`a ${n}`), 6],
    ['all', (n) => here(`a ${n}`), 8],
  ])('have as much room for %s', (_, sourceOf, count) => {
    const { all, fill } = places();
    expect(fill(sourceOf)).toBe(count);
    if (count < limits.kinds) all.take('other', here('other'));
  });

  it('have more room for what is new here, behind the others, of a program and of all', () => {
    const { all, fill } = places();
    expect(fill(() => here('a'), true)).toBe(3 + 2);
    expect(fill(() => here('b'), true)).toBe(3 + 1);
    expect(fill(() => here('c'), true)).toBe(2);
    expect(all.take('kind 0', here('a')).isExtra).toBe(false);
    expect(all.take('kind 3', here('a')).isExtra).toBe(true);
  });

  it('have none for what is new elsewhere', () => {
    expect(places().fill(() => elsewhere('a'), true)).toBe(3);
  });

  it('leave their room when the last of their requests has left', () => {
    const { all, fill } = places();
    const [one, two] = [all.take('a', here('a')), all.take('a', here('a'))];
    fill(() => here('a'));
    one[Symbol.dispose]();
    expect(fill(() => here('a'))).toBe(0);
    two[Symbol.dispose]();
    expect(fill(() => here('a'))).toBe(1);
  });
});

it.each([
  [here('a'), 4],
  [elsewhere('a'), 2],
])('as many requests of one kind wait: of %j %i', (source, count) => {
  const { all } = places();
  const taken = Array.from({ length: count }, () => all.take('kind', source));
  expect(() => all.take('kind', source)).toThrow(
    expect.objectContaining({ answer: 'suppressed', message: 'too many requests of the same kind wait' }),
  );
  taken[0]?.[Symbol.dispose]();
  all.take('kind', source);
});

describe('two “no” in a row', () => {
  /** Kinds of two programs, the last of each beyond their usual places. */
  function waiting() {
    const { all } = places();
    const of = (source: RequestSource) =>
      ['1', '2', '3', 'extra'].map((kind) => all.take(`${source.id} ${kind}`, source, true));
    const [a, b] = [of(here('a')), of(here('b'))];
    expect([...a, ...b].map(({ isExtra }) => isExtra)).toEqual([0, 0, 0, 1, 0, 0, 0, 1].map(Boolean));
    const stillAsked = () =>
      [a, b].map((places) =>
        places.map((place) => {
          try {
            place.assertStillAsked();
            return true;
          } catch (error) {
            expect(error).toMatchObject({ name: 'NotAllowedError', answer: 'suppressed', message: refused });
            return false;
          }
        }),
      );
    return { a, b, stillAsked };
  }
  const all = [true, true, true, true];

  it('are one for the others of the kind and for what of that program has a place for what is new', () => {
    const { a, stillAsked } = waiting();
    a[0]?.noteAnswer('no');
    expect(stillAsked()).toEqual([all, all]);
    a[0]?.noteAnswer('no');
    expect(stillAsked()).toEqual([[false, true, true, false], all]);
    a[0]?.noteAnswer('yes');
    expect(stillAsked()).toEqual([all, all]);
  });

  it('are counted together for what is new, whichever questions of the program they were said to', () => {
    const { a, stillAsked } = waiting();
    for (const n of [0, 1]) a[n]?.noteAnswer('no');
    expect(stillAsked()).toEqual([[true, true, true, false], all]);
  });
});
