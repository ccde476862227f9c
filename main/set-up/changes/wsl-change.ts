// A distribution of WSL, set up by the plan that was shown.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { changedLines } from '../../use-with/wsl/changed-lines.ts';
import type { Wsl } from '../../use-with/wsl/wsl.ts';
import { WslError, type WslPlan } from '../../use-with/wsl/wsl-plan.ts';
import type { ChangeKind } from './change.ts';
import { ChangeError } from './change-error.ts';
import type { Surroundings } from './surroundings.ts';

const schema = v.strictObject({
  kind: v.literal('wsl'),
  distribution: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)),
  /** Names what is written. The files themselves are the person's, and stay in the distribution. */
  plan: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
type WslChange = v.InferOutput<typeof schema>;

/** What WSL has to say is for the person. Rejects with ChangeError instead. */
export async function toldOfWsl<T>(action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error: unknown) {
    throw error instanceof WslError ? new ChangeError(error.message) : error;
  }
}

function wslOf({ wsl }: Surroundings): Wsl {
  if (wsl === undefined) throw new ChangeError('There is no WSL on this computer.');
  return wsl;
}

export const wslChangeOf = (plan: WslPlan): WslChange => ({
  kind: 'wsl',
  distribution: plan.distribution,
  plan: createHash('sha256').update(JSON.stringify(plan)).digest('hex'),
});

/** SECURITY: the very plan that was shown, or none. */
async function planOf(kept: WslChange, around: Surroundings): Promise<WslPlan> {
  const plan = await toldOfWsl(wslOf(around).planSetUp(kept.distribution));
  if (wslChangeOf(plan).plan === kept.plan) return plan;
  throw new ChangeError(
    'What would be changed is not what you were shown any more. Look again, then decide.',
  );
}

const how = (before: string | undefined, after: string | undefined, distribution: string) =>
  `The file is ${before === undefined ? 'made' : after === undefined ? 'removed' : 'changed'} in ${distribution}.`;

export const wslChange: ChangeKind<typeof schema> = {
  schema,
  async show(kept, around) {
    const { files } = await planOf(kept, around);
    return files.map(({ path, before, after }) => ({
      place: `~/${path}`,
      ...changedLines({ before, after }),
      how: how(before, after, kept.distribution),
    }));
  },
  async apply(kept, around) {
    const plan = await planOf(kept, around);
    await toldOfWsl(wslOf(around).apply(plan));
    return kept;
  },
  // Without a look into it, which would start a distribution that sleeps.
  showUndo: ({ distribution }) => ({
    place: distribution,
    removed: [],
    added: [],
    how: 'Sallyport’s own files there are removed, and its marked lines in the start-up files of your shells; all others stay.',
  }),
  async undo({ distribution }, around) {
    const wsl = wslOf(around);
    if (!(await toldOfWsl(wsl.distributions())).includes(distribution))
      return { note: 'WSL has no such distribution any more.' };
    const plan = await toldOfWsl(wsl.planRemoval(distribution));
    if (plan.files.length === 0) return { note: 'There was nothing of Sallyport’s in it any more.' };
    await toldOfWsl(wsl.apply(plan));
    return {};
  },
};
