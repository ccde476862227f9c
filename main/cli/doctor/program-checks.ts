// Whether other programs reach the agent: the very tests that set them up, which run the programs themselves.
import type { ProgramState } from '../../../ipc/contract/set-up.ts';
import { asTheyCome } from '../../basics/as-they-come.ts';
import { openSetUp, openSurroundings } from '../../set-up/open-set-up.ts';
import type { CommandIo } from '../parts/command.ts';
import { openDoors } from '../status/known-doors.ts';
import type { Status } from '../status/look-around.ts';
import { sallyportOf } from './agent-checks.ts';
import { type Finding, fine, problem, skipped } from './check.ts';
import { checkOtherAgents } from './other-agents.ts';

/** So long one that takes its time holds up what comes after it. */
const orderMs = 2000;

/** As they come. Nothing is changed. Never rejects for what the person can see to. */
export async function* checkPrograms(
  status: Status,
  { env }: CommandIo,
): AsyncGenerator<Finding, void, undefined> {
  const doors = openDoors(sallyportOf(status)?.doors ?? []);
  const around = openSurroundings({
    env,
    addressOf: (door) => doors[door],
    doorsPlace: '"sallyport doors"',
    command: undefined,
  });
  const setUp = openSetUp({ env, around });
  const findingOf = async ({ id, title, status: found, sentence }: ProgramState): Promise<Finding> => {
    const what = { id, title };
    if (found === 'missing') return skipped(what, sentence);
    if (Object.keys(doors).length === 0) return skipped(what, 'There is no Sallyport that it could ask.');
    const { isWorking, message } = await setUp.test(id);
    // Another agent that starts at the next sign-in, and takes the name then.
    const isOnlyForNow = found === 'can' && (id === 'putty' || id === 'service');
    if (isWorking && isOnlyForNow) return problem(what, `${message} ${sentence}`, `sallyport set-up ${id}`);
    if (isWorking) return fine(what, message);
    // SSH_AUTH_SOCK from the sign-in on is one way of several, which ssh and Git don't need.
    if (id === 'shell' && found !== 'works') return skipped(what, `${message} ${sentence}`);
    const remedy = found === 'can' ? `sallyport set-up ${id}` : `sallyport set-up ${id} --show`;
    return problem(what, message, remedy);
  };
  const checks = [
    ...setUp.lookedFor().map(async ({ id }) => Promise.all((await setUp.lookInto(id)).map(findingOf))),
    checkOtherAgents(around, sallyportOf(status)),
  ];
  for await (const findings of asTheyCome(checks, orderMs)) yield* findings;
}
