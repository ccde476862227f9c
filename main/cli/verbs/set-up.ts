// `sallyport set-up`: other programs told to ask Sallyport, each change shown before, and taken back when wanted.
import type { MadeChange, ProgramState, ShownChange } from '../../../ipc/contract/set-up.ts';
import { UntrustedPlaceError } from '../../../ipc/posix/files/trusted-place.ts';
import { foreignName, foreignText, printableJson } from '../../../text/foreign-text.ts';
import { cliPath } from '../../programs/cli-path.ts';
import { ChangeError } from '../../set-up/changes/change-error.ts';
import { openSetUp } from '../../set-up/open-set-up.ts';
import { programs } from '../../set-up/programs/programs.ts';
import { wslIdStart } from '../../set-up/programs/wsl.ts';
import type { SetUp } from '../../set-up/set-up.ts';
import { parseArguments } from '../parts/arguments.ts';
import { prompterOf } from '../parts/ask-passphrase.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from '../parts/command.ts';
import { explainError } from '../parts/explain-error.ts';
import { jsonOption, type OptionDeclarations, optionsHelp, termLines } from '../parts/options.ts';
import { writeReport } from '../parts/report-file.ts';
import { knownDoors } from '../status/known-doors.ts';

const maxCharacters = 1000;
const show = (text: string) => foreignText(text, maxCharacters);
const never = new AbortController().signal;

const statusWords = {
  works: 'works',
  can: 'can be set up',
  blocked: 'not yet',
  missing: 'not found',
} as const;

function changeLines({ place, removed, added, how }: ShownChange): readonly string[] {
  return [
    `  ${foreignName(place)}`,
    ...removed.map((line) => `    - ${show(line)}`),
    ...added.map((line) => `    + ${show(line)}`),
    `    ${show(how)}`,
  ];
}

function undoLines({ undo }: MadeChange): readonly string[] {
  return 'problem' in undo ? [`  ${show(undo.problem)}`] : changeLines(undo);
}

function stateLines({ id, title, status, sentence, where, made }: ProgramState): readonly string[] {
  return [
    `${id}: ${statusWords[status]}`,
    `  ${show(title)}${where === undefined ? '' : `, ${foreignName(where)}`}`,
    `  ${show(sentence)}`,
    ...(made.length === 0 ? [] : [`  Set up by Sallyport. Undo: sallyport set-up ${id} --undo`]),
    ...(status === 'can' ? [`  Set up: sallyport set-up ${id}`] : []),
  ];
}

/** Throws CommandError when nobody says yes. */
async function mustAgree(io: CommandIo, question: string, isYes: boolean): Promise<void> {
  if (isYes || (await prompterOf(io).confirm(question, never))) return;
  throw new CommandError('Nothing was changed, as nobody said yes. --yes says it beforehand.');
}

/** What is said about the person's files, with the lines that they are about. */
async function explained<T>(io: CommandIo, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error: unknown) {
    if (!(error instanceof ChangeError)) throw error;
    await io.print(...error.byHand.map((line) => `    ${show(line)}`));
    throw new CommandError(error.message);
  }
}

interface UndoWish {
  readonly isYes: boolean;
  /** Nothing is taken back. */
  readonly isOnlyShown: boolean;
  /** Told what would be taken back, or what was not. */
  readonly report: (facts: readonly string[]) => void;
}

/** Why it could not be done, with the lines that the person would see to; a mistake of ours is thrown on. */
function whyNotUndone(error: unknown): { readonly message: string; readonly byHand: readonly string[] } {
  if (error instanceof ChangeError) return error;
  const isOfSystem = error instanceof Error && 'syscall' in error;
  if (isOfSystem || error instanceof UntrustedPlaceError) return { message: explainError(error), byHand: [] };
  throw error;
}

const placeOf = ({ undo }: MadeChange) => ('problem' in undo ? undo.problem : undo.place);

async function undo(
  setUp: SetUp,
  io: CommandIo,
  made: readonly MadeChange[],
  { isYes, isOnlyShown, report }: UndoWish,
): Promise<number> {
  if (made.length === 0) await io.print('Sallyport has set up nothing here that could be taken back.');
  for (const one of made) await io.print(...undoLines(one));
  if (made.length === 0 || isOnlyShown) {
    report(made.map(placeOf));
    return exitCode.ok;
  }
  await mustAgree(io, 'Take this back?', isYes);
  const failures: string[] = [];
  for (const one of made) {
    try {
      const { shown, note } = await setUp.undo(one.id);
      await io.print(`Taken back: ${foreignName(shown.place)}.${note === undefined ? '' : ` ${show(note)}`}`);
    } catch (error: unknown) {
      // The others can be taken back all the same.
      const { message, byHand } = whyNotUndone(error);
      await io.print(...byHand.map((line) => `    ${show(line)}`));
      io.complain(message);
      failures.push(message.includes(placeOf(one)) ? message : `${placeOf(one)}: ${message}`);
    }
  }
  report(failures);
  return failures.length === 0 ? exitCode.ok : exitCode.failed;
}

async function apply(
  setUp: SetUp,
  io: CommandIo,
  id: string,
  wants: { show: boolean; yes: boolean },
): Promise<number> {
  const state = await setUp.lookAt(id);
  const { changes, notes, token, status, sentence } = state;
  if (changes.length === 0) {
    await io.print(sentence);
    return status === 'works' ? exitCode.ok : exitCode.failed;
  }
  await io.print(sentence, ...changes.flatMap(changeLines), ...notes.map((note) => `Note: ${show(note)}`));
  if (wants.show) return exitCode.ok;
  await mustAgree(io, 'Set it up so?', wants.yes);
  await explained(io, () => setUp.apply(id, token));
  const { isWorking, message } = await setUp.test(id);
  await io.print(show(message), `Undo: sallyport set-up ${id} --undo`);
  return isWorking ? exitCode.ok : exitCode.failed;
}

const options = {
  show: { type: 'boolean', help: 'only show what would be changed' },
  test: { type: 'boolean', help: 'only list the keys as that program would' },
  undo: { type: 'boolean', help: 'take back what was set up for the program' },
  'undo-all': { type: 'boolean', help: 'the same for all programs' },
  yes: { type: 'boolean', short: 'y', help: "don't ask" },
  /** As --yes, and nobody is asked to be an administrator. For the uninstaller that shows nothing. */
  unattended: { type: 'boolean' },
  /** A new file for the uninstaller: what --undo-all would take back (with --show), or could not. */
  report: { type: 'string' },
  json: jsonOption(`an array with one object a program: id, title, status (works, can,
blocked, missing), sentence, where, changes, notes, token, made`),
} as const satisfies OptionDeclarations;

const ids = programs.map(({ id }) => id);

export const setUpCommand: Command = {
  name: 'set-up',
  usage: '[--json] | PROGRAM [--show | --test | --undo] [--yes] | --undo-all [--show] [--yes]',
  summary: 'let other programs ask Sallyport, or take that back',
  options,
  operands: { list: [ids] },
  help: `Without a program: which are found, which work, and which can be set up. With one: shows what would
be changed and does it when you say yes, then lists the keys as that program would. What was
changed is remembered, and taken back byte for byte, unless you have changed it since.

${termLines(programs.map(({ id, summary }) => [id, summary]))}

${optionsHelp(options)}`,
  async run(args, io) {
    const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true });
    const [id, ...more] = positionals;
    const isAll = values['undo-all'] === true;
    const acts = [values.show && !isAll, values.test, values.undo, isAll];
    if (more.length > 0 || acts.filter((act) => act).length > 1)
      throw new UsageError('One program and one thing to do at a time.');
    if (id !== undefined && isAll) throw new UsageError('--undo-all takes no program.');
    if (id === undefined && !isAll && (values.show || values.test || values.undo))
      throw new UsageError('Name a program.');
    if (id !== undefined && !ids.includes(id) && !id.startsWith(wslIdStart))
      throw new UsageError(`Name one of ${ids.join(', ')}.`);
    const doors = await knownDoors(io);
    const setUp = openSetUp({
      env: io.env,
      addressOf: (door) => doors[door],
      doorsPlace: '"sallyport doors"',
      command: { node: process.execPath, script: cliPath },
      isUnattended: values.unattended === true,
    });
    const undoWish = {
      isYes: values.yes === true || values.unattended === true,
      isOnlyShown: values.show === true,
      report: (facts: readonly string[]) => {
        if (values.report !== undefined) writeReport(values.report, facts);
      },
    };
    return await explained(io, async () => {
      if (isAll) return await undo(setUp, io, await setUp.made(), undoWish);
      if (id === undefined) {
        const states: ProgramState[] = [];
        for await (const state of setUp.look())
          if (values.json) states.push(state);
          else await io.print(...stateLines(state));
        if (values.json) await io.printAsIs(printableJson(states, 2));
        return exitCode.ok;
      }
      if (values.undo) {
        const made = (await setUp.made()).filter(({ program }) => program === id);
        return await undo(setUp, io, made, undoWish);
      }
      if (values.test) {
        const { isWorking, message } = await setUp.test(id);
        await io.print(show(message));
        return isWorking ? exitCode.ok : exitCode.failed;
      }
      return await apply(setUp, io, id, { show: values.show === true, yes: values.yes === true });
    });
  },
};
