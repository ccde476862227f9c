// Whether other programs reach the agent: the very tests that set them up, which run the programs themselves.
import type { ProgramState } from '../../../ipc/contract/set-up.ts';
import { asTheyCome } from '../../basics/as-they-come.ts';
import { openSetUp } from '../../set-up/open-set-up.ts';
import type { CommandIo } from '../parts/command.ts';
import type { Status } from '../status/look-around.ts';
import { sallyportOf } from './agent-checks.ts';
import { type Finding, fine, problem, skipped } from './check.ts';

/** So long one that takes its time holds up what comes after it. */
const orderMs = 2000;

/** As they come. Nothing is changed. Never rejects for what the person can see to. */
export async function* checkPrograms(
  status: Status,
  { env }: CommandIo,
): AsyncGenerator<Finding, void, undefined> {
  const doors = new Map(
    (sallyportOf(status)?.doors ?? []).flatMap(({ name, status: door, address }) =>
      door === 'listening' && address !== undefined ? [[name, address] as const] : [],
    ),
  );
  const setUp = openSetUp({
    env,
    addressOf: (door) => doors.get(door),
    doorsPlace: '"sallyport doors"',
    command: undefined,
  });
  const findingOf = async ({ id, title, status: found, sentence }: ProgramState): Promise<Finding> => {
    const what = { id, title };
    if (found === 'missing') return skipped(what, sentence);
    if (doors.size === 0) return skipped(what, 'There is no Sallyport that it could ask.');
    const { isWorking, message } = await setUp.test(id);
    if (isWorking) return fine(what, message);
    // SSH_AUTH_SOCK from the sign-in on is one way of several, which ssh and Git don't need.
    if (id === 'shell' && found !== 'works') return skipped(what, `${message} ${sentence}`);
    const remedy = found === 'can' ? `sallyport set-up ${id}` : `sallyport set-up ${id} --show`;
    return problem(what, message, remedy);
  };
  const checks = setUp
    .lookedFor()
    .map(async ({ id }) => Promise.all((await setUp.lookInto(id)).map(findingOf)));
  for await (const findings of asTheyCome(checks, orderMs)) yield* findings;
}
