// What the tests that end steps say.
import { describe, expect, it } from 'vitest';
import { testAsking, testListing, testSignIn } from '../../../../main/shell/get-started/step-tests.ts';

const wish = { startAtLogin: true, restoreKeys: true };
const facts = { wish, startsAtLogin: true, stored: 1, held: 1 };

describe('the test of what happens at sign-in', () => {
  it.each([
    [true, true, true, 'Windows says that it starts Sallyport'],
    [true, false, false, 'disabled in the Task Manager'],
    [true, undefined, false, 'that needs Windows, and an installed Sallyport'],
    [false, true, false, 'it still starts Sallyport'],
    [false, false, true, 'does not start by itself'],
    [false, undefined, true, 'does not start by itself'],
  ])(
    'compares the wish %s with what the system says, %s',
    (startAtLogin, startsAtLogin, isWorking, words) => {
      const result = testSignIn({ ...facts, wish: { ...wish, startAtLogin }, startsAtLogin });
      expect(result).toEqual({ isWorking, message: expect.stringContaining(words) });
    },
  );

  it('does not speak of Windows where that was not asked', () => {
    for (const startAtLogin of [true, false]) {
      const { message } = testSignIn({
        ...facts,
        wish: { ...wish, startAtLogin },
        startsAtLogin: undefined,
      });
      expect(message).not.toContain('Windows says');
    }
  });

  it.each([
    [0, 0, '0 encrypted keys are kept for the next start.'],
    [1, 1, '1 encrypted key is kept for the next start.'],
    [2, 3, '2 encrypted keys are kept for the next start. 1 key will not come back'],
    [1, 3, '2 keys will not come back'],
  ])('counts what comes back: %d of %d', (stored, held, words) => {
    expect(testSignIn({ ...facts, stored, held }).message).toContain(words);
  });

  it('says that nothing is kept where it is not wished', () => {
    const { message } = testSignIn({ ...facts, wish: { ...wish, restoreKeys: false }, stored: 0 });
    expect(message).toContain('No key is kept');
  });
});

it('the tests that knock say so where no door is open', async () => {
  const doors = { addressOf: () => undefined };
  for (const result of [await testListing(doors), await testAsking(doors, () => undefined)])
    expect(result).toEqual({ isWorking: false, message: expect.stringContaining('No door is open') });
});

it('the tests that knock say so where nobody answers', async () => {
  const doors = { addressOf: () => '/nowhere/agent.sock' };
  for (const result of [await testListing(doors), await testAsking(doors, () => undefined)])
    expect(result).toEqual({ isWorking: false, message: expect.stringContaining('did not answer') });
});
