// The state of things in a few lines, and what to do next.
import { basename } from 'node:path';
import { foreignName, foreignText } from '../../../text/foreign-text.ts';
import { quoteForShell } from '../../use-with/quote-for-shell.ts';
import { exitCode } from '../parts/command.ts';
import type { Status } from './look-around.ts';
import { hasAnswered, type NoAnswer, type SeenAgent } from './look-at-agent.ts';

/** A command to copy, and what it does. */
export type Step = readonly [command: string, about: string];

export interface DescribedStatus {
  readonly lines: readonly string[];
  readonly steps: readonly Step[];
  readonly code: number;
}

const maxPathCharacters = 200;
const maxSentenceCharacters = 400;
/** More steps than these nobody takes at once. */
const maxSteps = 3;

function keysInWords({ keys }: SeenAgent): string {
  const kept = (as: string) => keys.filter(({ keptAs }) => keptAs === as).length;
  const parts = [
    [kept('encrypted'), 'encrypted until used'],
    [kept('elsewhere'), 'on a token or in another agent'],
  ] as const;
  const told = parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  if (keys.length === 0) return 'none';
  return `${keys.length}${told.length === 0 ? '' : ` (${told.join(', ')})`}`;
}

function keyLine(agent: SeenAgent): string {
  if (!agent.isLocked) return `Keys: ${keysInWords(agent)}`;
  if (agent.keys.length === 0) return 'Keys: the agent is locked, and lists none';
  return `Keys: ${agent.keys.length}; Sallyport was locked at its window, which asks you when a program needs one`;
}

function nameOf({ isSallyport, process, whyNotOurs }: SeenAgent): string {
  const pid = process === undefined ? '' : ` (process ${process.pid})`;
  // Behind agent forwarding the process is that which passes it on.
  if (whyNotOurs !== undefined) return `a Sallyport, maybe of another computer${pid}`;
  if (isSallyport) return `Sallyport${pid}`;
  const program = process?.executable === undefined ? 'another program' : foreignName(process.executable);
  return `${program}${pid}, which is not Sallyport`;
}

function agentLines(agent: SeenAgent): string[] {
  return [`Agent: ${nameOf(agent)}`, `  at ${foreignName(agent.address, maxPathCharacters)}`, keyLine(agent)];
}

const waitsForPerson = ({ asksNobody, keys }: SeenAgent) =>
  asksNobody && keys.some(({ keptAs }) => keptAs === 'encrypted');

function askingLines(agent: SeenAgent): string[] {
  if (!agent.asksNobody) return [];
  const refused = waitsForPerson(agent)
    ? 'uses of encrypted keys, and whatever else needs an answer, are refused'
    : 'what needs an answer is refused, which “sallyport rules ask” changes';
  return [`Asking: this agent can ask nobody, so ${refused}`];
}

function doorLines({ doors = [], whyNotOurs }: SeenAgent): string[] {
  if (whyNotOurs !== undefined)
    return [`Doors: it tells none here. ${foreignText(whyNotOurs, maxSentenceCharacters)}`];
  const degraded = doors.filter(({ status }) => status === 'degraded');
  if (doors.length === 0) return [];
  if (degraded.length === 0) return [`Doors: ${doors.length === 1 ? 'the one it has is' : 'all are'} open`];
  return [`Doors: not open: ${degraded.map(({ name }) => foreignName(name)).join(', ')}`];
}

const start: Step =
  process.platform === 'win32'
    ? ['sallyport agent', 'start an agent, or start Sallyport from the Start menu']
    : ['eval "$(sallyport agent --background)"', 'start an agent, and tell this shell of it'];

/** Another agent is asked as yet. */
const startBeside: Step = [
  start[0],
  'start Sallyport’s agent, and have this shell ask it in place of that one',
];

/** The agent runs already: the same command tells this shell of it, and starts none. */
const tell: Step = [start[0], 'have this shell ask the Sallyport that runs'];

function shellLine({ told, asked, elsewhere }: Status): string[] {
  if (process.platform === 'win32') return [];
  if (hasAnswered(asked) && asked.isSallyport) return ['Shell: asks it (SSH_AUTH_SOCK)'];
  if (told === undefined) return ['Shell: asks no agent: SSH_AUTH_SOCK is not set'];
  if (elsewhere === undefined) return [`Shell: asks ${hasAnswered(asked) ? 'it' : 'there'} (SSH_AUTH_SOCK)`];
  const place = foreignName(told, maxPathCharacters);
  if (hasAnswered(asked)) return [`Shell: asks another agent (SSH_AUTH_SOCK), at ${place}`];
  const what = asked?.isThere ? 'what listens there gives no answer' : 'nobody listens there';
  return [`Shell: asks at ${place} (SSH_AUTH_SOCK), and ${what}`];
}

function noAnswerLines({ address, problem, isThere }: NoAnswer): string[] {
  const what = isThere ? 'none that answers' : 'none is running';
  return [
    `Agent: ${what} at ${foreignName(address, maxPathCharacters)}`,
    ...(isThere ? [`  ${foreignText(problem, maxSentenceCharacters)}`] : []),
  ];
}

/** Below the keys. */
function leftLines(paths: readonly string[]): string[] {
  return paths.length === 0
    ? []
    : [`  not in it: ${paths.map((path) => basename(path)).join(', ')} of ~/.ssh`];
}

/** Where programs were set up to look for it; they would not find one at the usual place. */
const startAt = (place: string): Step => [
  `eval "$(sallyport agent --background --socket ${quoteForShell(foreignText(place, maxPathCharacters))})"`,
  'start an agent where your programs were set up to ask it',
];

function stepsToOurs({ asked, elsewhere, keptPlace }: Status): Step[] {
  if (hasAnswered(asked) && asked.isSallyport) return [];
  if (elsewhere !== undefined) return [tell];
  if (keptPlace !== undefined) return [startAt(keptPlace)];
  return [hasAnswered(asked) && process.platform !== 'win32' ? startBeside : start];
}

function stepsFor(status: Status, ours: SeenAgent | undefined): Step[] {
  const steps = stepsToOurs(status);
  if (ours === undefined)
    return [...steps, ['sallyport add', 'then add your usual keys (~/.ssh/id_ed25519, id_rsa …)']];
  if (ours.isLocked) {
    if (ours.keys.length === 0)
      steps.push(['sallyport unlock', 'unlock it with the passphrase that it was locked with']);
  } else if (status.keysLeft.length > 0)
    steps.push(['sallyport add', 'add the usual keys that are not in it']);
  else if (ours.keys.length === 0)
    steps.push(
      ['sallyport add FILE', 'add a key; there is none with a usual name in ~/.ssh'],
      ['sallyport generate FILE', 'make one'],
    );
  if (waitsForPerson(ours)) steps.push(['sallyport add FILE', 'give the passphrase of an encrypted key now']);
  if (ours.doors?.some(({ status: door }) => door === 'degraded'))
    steps.push(['sallyport doors', 'say why a door is not open, and what to do']);
  return steps;
}

/** For a person, in the order of what matters. */
export function describeStatus(status: Status): DescribedStatus {
  const { asked, elsewhere, keysLeft } = status;
  const answered = hasAnswered(asked);
  const ours = answered && asked.isSallyport ? asked : elsewhere;
  const shown = ours ?? (answered ? asked : undefined);
  const lines = [
    ...(shown === undefined
      ? asked === undefined
        ? ['Agent: none is running']
        : noAnswerLines(asked as NoAnswer)
      : agentLines(shown)),
    ...leftLines(keysLeft),
    ...(ours === undefined ? [] : [...askingLines(ours), ...doorLines(ours)]),
    ...shellLine(status),
  ];
  const steps = stepsFor(status, ours).slice(0, maxSteps);
  const isWell =
    ours !== undefined &&
    ours === asked &&
    !ours.isLocked &&
    !waitsForPerson(ours) &&
    !ours.doors?.some(({ status: door }) => door === 'degraded');
  const code = shown === undefined ? exitCode.noAgent : isWell ? exitCode.ok : exitCode.failed;
  return { lines, steps, code };
}
