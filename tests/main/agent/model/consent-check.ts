// What must be the same in agent and model after each step.
import { expect } from 'vitest';
import type { ConsentModel, SignRequest } from './consent-model.ts';
import { nameOf } from './consent-model.ts';
import { blobOf, type ConsentWorld, isSignature, type Outcome } from './consent-world.ts';

const hex = (blob: Uint8Array) => Buffer.from(blob).toString('hex');

const describeRequest = ({ name, purpose, connection }: SignRequest) =>
  JSON.stringify({ name: nameOf(name), purpose, bindings: connection.bindings });

/** As `expect(actual).toEqual(wanted)`, which takes long for what is the same. */
function expectSame(actual: unknown, wanted: unknown, what: string): void {
  if (JSON.stringify(actual) !== JSON.stringify(wanted)) expect(actual, what).toEqual(wanted);
}

/** Judges a reply by what holds now: nothing has happened since it left. */
function judge({ pending, reply }: Outcome, model: ConsentModel): void {
  const { sign, unlocksWith } = pending;
  if (unlocksWith !== undefined && reply[0] === 6) {
    expectSame(unlocksWith, model.lockedBy, 'unlocked with');
    model.lockedBy = undefined;
  }
  if (sign === undefined) return;
  const isSigned = reply[0] === 14;
  const whyNot = model.whyNot(sign);
  if (isSigned !== (whyNot === undefined) && !(pending.mayRefuse && !isSigned))
    expect.fail(`${isSigned ? `signed ${whyNot}` : 'refused without a reason'}: ${describeRequest(sign)}`);
  if (isSigned) expectSame(isSignature(reply, sign), true, 'a signature of this data');
  else if (pending.hasWaited) model.noteRefused(sign);
}

/** Judges what was answered since the last step, and that nobody waits who need not; answers the outcomes. */
export function judgeOutcomes(model: ConsentModel, world: ConsentWorld): readonly Outcome[] {
  const outcomes = world.takeOutcomes();
  const waiting = world.waiting;
  for (const { sign } of [...outcomes.map(({ pending }) => pending), ...waiting.map((sign) => ({ sign }))])
    if (sign) model.review(sign);
  for (const outcome of outcomes) judge(outcome, model);
  for (const sign of waiting)
    if (model.whyNot(sign) === undefined || sign.isSealed)
      expect.fail(`waits for nothing: ${describeRequest(sign)}`);
  return outcomes;
}

/** Nothing is lost, nothing loosened, and what is hidden stays hidden, from one client at a time. */
export async function compare(model: ConsentModel, world: ConsentWorld, step: number): Promise<void> {
  model.settle();
  expectSame(world.agent.isLocked, model.isLocked, 'locked');
  const byBlob = (a: { blob: string }, b: { blob: string }) => (a.blob < b.blob ? -1 : 1);
  const kept = world.agent.keys
    .list()
    .map(({ blob, comment, confirm, state, permittedSteps, secondsLeft }) => ({
      blob: hex(blob),
      comment,
      confirm,
      clear: state !== 'encrypted',
      restricted: permittedSteps !== undefined,
      secondsLeft,
    }))
    .sort(byBlob);
  const wanted = [...model.identities.values()]
    .map((identity) => {
      const leftMs = Math.min(identity.endMs, identity.personalEndMs) - model.nowMs;
      return {
        blob: hex(blobOf(identity.name)),
        comment: identity.comment,
        confirm: model.confirms(identity) || model.asksEachUse(identity),
        clear: model.group(identity.name.key).clear,
        restricted: model.restrictions(identity).length > 0,
        secondsLeft: Number.isFinite(leftMs) ? Math.ceil(leftMs / 1000) : undefined,
      };
    })
    .sort(byBlob);
  expectSame(kept, wanted, 'kept');
  const idle = world.clients.filter(({ pending }) => pending === undefined);
  const client = idle[step % idle.length];
  if (client === undefined) return;
  const listed = (await world.listedBy(client)).map(hex).sort();
  const visible = model.listed(client.connection).map(({ name }) => hex(blobOf(name)));
  expectSame(listed, visible.sort(), 'listed');
}
