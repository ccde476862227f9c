// What must be the same in agent and model after each step.
import { expect } from 'vitest';
import type { ConsentModel, SignRequest } from './consent-model.ts';
import { nameOf } from './consent-model.ts';
import { blobOf, type ConsentWorld, isSignature, type Outcome } from './consent-world.ts';

const hex = (blob: Uint8Array) => Buffer.from(blob).toString('hex');

const describeRequest = ({ name, purpose, connection }: SignRequest) =>
  JSON.stringify({ name: nameOf(name), purpose, bindings: connection.bindings });

/** Judges a reply by what holds now: nothing has happened since it left. */
function judge({ pending, reply }: Outcome, model: ConsentModel): void {
  const { sign, unlocksWith } = pending;
  if (unlocksWith !== undefined && reply[0] === 6) {
    expect(unlocksWith, 'unlocked with').toBe(model.lockedBy);
    model.lockedBy = undefined;
  }
  if (sign === undefined || reply[0] !== 14) return;
  expect(model.whyNot(sign), describeRequest(sign)).toBeUndefined();
  expect(isSignature(reply, sign), 'a signature of this data').toBe(true);
}

/** Judges what was answered since the last step; answers it. */
export function judgeOutcomes(model: ConsentModel, world: ConsentWorld): readonly Outcome[] {
  const outcomes = world.takeOutcomes();
  for (const outcome of outcomes) judge(outcome, model);
  return outcomes;
}

/** Nothing is lost, nothing loosened, and what is hidden stays hidden. */
export async function compare(model: ConsentModel, world: ConsentWorld): Promise<void> {
  model.settle();
  expect(world.agent.isLocked, 'locked').toBe(model.isLocked);
  const kept = world.agent.keys
    .list()
    .map(({ blob, comment, confirm, state, permittedSteps, secondsLeft }) => ({
      blob: hex(blob),
      comment,
      confirm,
      clear: state !== 'encrypted',
      restricted: permittedSteps !== undefined,
      secondsLeft,
    }));
  const wanted = [...model.identities.values()].map((identity) => {
    const leftMs = Math.min(identity.endMs, identity.personalEndMs) - model.nowMs;
    return {
      blob: hex(blobOf(identity.name)),
      comment: identity.comment,
      confirm: model.confirms(identity) || model.asksEachUse(identity),
      clear: model.group(identity.name.key).clear,
      restricted: model.restrictions(identity).length > 0,
      secondsLeft: Number.isFinite(leftMs) ? Math.ceil(leftMs / 1000) : undefined,
    };
  });
  const byBlob = (a: { blob: string }, b: { blob: string }) => a.blob.localeCompare(b.blob);
  expect(kept.sort(byBlob)).toEqual(wanted.sort(byBlob));
  for (const client of world.clients) {
    if (client.pending !== undefined || client.hasLeft) continue;
    const listed = (await world.listedBy(client)).map(hex).sort();
    const visible = model.visible(client.connection).map(({ name }) => hex(blobOf(name)));
    expect(listed, 'listed').toEqual(visible.sort());
  }
}
