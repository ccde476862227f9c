// Whole conversations of several clients at once, from well-formed to damaged: nothing takes the agent down, hangs it,
// or makes it lose a key.
//
// A failure prints its seed; FUZZ_SEED=<seed> runs that conversation first. FUZZ_FRAMES and FUZZ_SECONDS bound the run,
// e.g. ten million frames:
//   FUZZ_SEED=1 FUZZ_FRAMES=10000000 FUZZ_SECONDS=36000 npx vitest run --project unit tests/main/agent/fuzz
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { cryptoInTurns } from '../../../fakes/crypto-in-turns.ts';
import { ConversationWorld } from './conversation-world.ts';
import { messageParts } from './messages.ts';
import { seededRandom } from './seeded-random.ts';

vi.mock('node:crypto', async (original) => cryptoInTurns(await original()));

const setting = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const seed = setting('FUZZ_SEED', 20261122);
const frames = setting('FUZZ_FRAMES', 200_000);
const seconds = setting('FUZZ_SECONDS', 40);
const stepsPerConversation = 600;

const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);
beforeAll(() => void process.on('unhandledRejection', onRejection));
afterAll(() => void process.off('unhandledRejection', onRejection));

it('keep the agent answering, in order and in form, and every key in place', {
  timeout: (seconds + 120) * 1000,
}, async () => {
  const parts = await messageParts();
  const endMs = performance.now() + seconds * 1000;
  let sent = 0;
  let signatures = 0;
  let conversation = seed;
  for (; sent < frames && performance.now() < endMs; conversation++) {
    const world = new ConversationWorld(parts, seededRandom(conversation));
    for (let step = 0; step < stepsPerConversation && world.problems.length === 0; step++) await world.step();
    await world.finish();
    expect([...world.problems, ...rejections], `FUZZ_SEED=${conversation}`).toEqual([]);
    sent += world.frames;
    signatures += world.signatures;
  }
  // What is fuzzed must get past the parser, or nothing is shown.
  expect(signatures).toBeGreaterThan(sent / 100);
  process.stdout.write(`${sent} frames, ${signatures} signatures, seeds ${seed} to ${conversation - 1}\n`);
});
