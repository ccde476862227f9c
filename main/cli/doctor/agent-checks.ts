// Whether the agent answers, at each of its doors and where this shell looks for it.
import { foreignName } from '../../../text/foreign-text.ts';
import type { DoorReport } from '../../agent/ports/host.ts';
import { withinLimit } from '../../basics/waiting.ts';
import { testDoor } from '../../use-with/self-test.ts';
import type { Status } from '../status/look-around.ts';
import { hasAnswered, type SeenAgent } from '../status/look-at-agent.ts';
import { type Finding, fine, problem, skipped } from './check.ts';

const doorPatienceMs = 5000;
const isWindows = process.platform === 'win32';
const howToStart = isWindows
  ? 'Start Sallyport, or run: sallyport agent'
  : 'eval "$(sallyport agent --background)"';

/** The Sallyport that is meant: the one that this shell asks, else the one at the usual place. */
export function sallyportOf({ asked, elsewhere }: Status): SeenAgent | undefined {
  return hasAnswered(asked) && asked.isSallyport ? asked : elsewhere;
}

export function checkAgent(status: Status): Finding {
  const what = { id: 'agent', title: 'The agent' };
  const ours = sallyportOf(status);
  if (ours?.isLocked)
    return problem(what, 'Sallyport is locked: it lists no keys and signs nothing.', 'sallyport unlock');
  if (ours) return fine(what, `Sallyport answers at ${foreignName(ours.address)}.`);
  const { asked } = status;
  if (hasAnswered(asked))
    return problem(what, `The agent at ${foreignName(asked.address)} is not Sallyport.`, howToStart);
  const why = asked?.isThere ? asked.problem : 'No Sallyport is running.';
  return problem(what, why, howToStart);
}

export function checkShell(status: Status): Finding {
  const what = { id: 'this-shell', title: 'This shell' };
  if (isWindows) return skipped(what, 'On Windows programs find the agent by the names of its pipes.');
  const ours = sallyportOf(status);
  if (ours && ours === status.asked) return fine(what, 'SSH_AUTH_SOCK names Sallyport.');
  if (!ours) return skipped(what, 'There is no Sallyport to be asked.');
  const asks = status.told === undefined ? 'SSH_AUTH_SOCK is not set' : 'SSH_AUTH_SOCK names another place';
  return problem(what, `${asks}, so that programs of this shell don’t ask Sallyport.`, howToStart);
}

async function checkDoor({ name, title, status, address, reason, remedy }: DoorReport): Promise<Finding> {
  const what = { id: `door ${name}`, title: `The door ${name}` };
  if (status === 'degraded')
    return problem(what, reason ?? 'It is not open.', remedy ?? 'See: sallyport doors');
  if (status !== 'listening') return skipped(what, 'It is closed, as you want it.');
  // A window's title, which is nothing to connect to.
  if (address === undefined || name === 'copydata')
    return skipped(what, 'It is open; window messages can’t be tried from here.');
  if (name === 'cygwin-socket')
    return skipped(what, `It is open at ${address}; only programs of Cygwin and Git Bash can try it.`);
  const silent = { isWorking: false, message: `It did not answer within ${doorPatienceMs / 1000} seconds.` };
  const { isWorking, message } = await withinLimit(testDoor(title, address), doorPatienceMs, () => silent);
  return isWorking ? fine(what, message) : problem(what, message, 'See: sallyport doors');
}

export async function checkDoors(status: Status): Promise<readonly Finding[]> {
  const ours = sallyportOf(status);
  const what = { id: 'doors', title: 'Doors' };
  if (!ours) return [skipped(what, 'There is no Sallyport to be asked.')];
  if (!ours.doors)
    return [skipped(what, 'This agent tells its doors to programs of its own machine and user alone.')];
  return Promise.all(ours.doors.map(checkDoor));
}
