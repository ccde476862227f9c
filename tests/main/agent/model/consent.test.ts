// The person's consent, held against a model of it: random sequences of what clients, the person and the clock do.
//
// A failure prints the shortest sequence that was found, and its seed; MODEL_SEED=<seed> runs that one first.
// MODEL_STEPS and MODEL_SECONDS bound the run, e.g. ten million steps:
//   MODEL_SEED=1 MODEL_STEPS=10000000 MODEL_SECONDS=86400 npx vitest run --project unit tests/main/agent/model
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { cryptoInTurns } from '../../../fakes/crypto-in-turns.ts';
import { finish, takeStepCount, themes } from './consent-commands.ts';
import { ConsentModel } from './consent-model.ts';
import { ConsentWorld } from './consent-world.ts';

vi.mock('node:crypto', async (original) => cryptoInTurns(await original()));

const setting = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const seed = setting('MODEL_SEED', 20261122);
const steps = setting('MODEL_STEPS', 100_000);
const seconds = setting('MODEL_SECONDS', 90);
const maxCommands = 100;

const sequence = fc.asyncProperty(
  fc.oneof(...themes.map((commands) => fc.commands([...commands], { maxCommands, size: 'max' }))),
  async (commands) => {
    const world = new ConsentWorld();
    const model = new ConsentModel();
    world.connect({ program: 0, mayPrompt: true, bindings: [], bindFailed: false, hasLeft: false });
    try {
      await fc.asyncModelRun(() => ({ model, real: world }), commands);
      await finish(model, world);
    } catch (error) {
      throw new Error([...world.trace, String(error)].join('\n'), { cause: error });
    }
  },
);

it('agent and model agree on who signs what', { timeout: (seconds + 300) * 1000 }, async () => {
  const endMs = performance.now() + seconds * 1000;
  let taken = 0;
  for (let next = seed; taken < steps && performance.now() < endMs; next++) {
    await fc.assert(sequence, { seed: next, numRuns: 20 });
    taken += takeStepCount();
  }
  process.stdout.write(`${taken} steps\n`);
  expect(taken).toBeGreaterThan(0);
});
