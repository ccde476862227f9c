// `sallyport doctor`: tests that really run, what they mean, and what to do.
import { foreignText, printableJson } from '../../../text/foreign-text.ts';
import { checkAgent, checkDoors, checkShell } from '../doctor/agent-checks.ts';
import type { Finding } from '../doctor/check.ts';
import { checkMachine, thisMachine } from '../doctor/machine-checks.ts';
import { checkPrograms } from '../doctor/program-checks.ts';
import { checkSignature } from '../doctor/signature-check.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, type CommandIo, exitCode } from '../parts/command.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { lookAround } from '../status/look-around.ts';

const maxCharacters = 600;
const marks = { ok: '✓', problem: '✗', skipped: '–' } as const;

/** Each as it is found: one that takes long holds up what was found already no longer. */
async function* examine(io: CommandIo): AsyncGenerator<Finding, void, undefined> {
  const status = await lookAround(io);
  yield checkAgent(status);
  yield checkShell(status);
  yield* await checkDoors(status);
  yield* checkPrograms(status, io);
  yield await checkSignature(status, io);
  yield* checkMachine(thisMachine(io.env));
}

function linesOf({ title, result, message, remedy }: Finding): readonly string[] {
  const show = (text: string) => foreignText(text, maxCharacters);
  return [
    `${marks[result]} ${result}: ${show(title)}: ${show(message)}`,
    ...(remedy === undefined ? [] : [`  What to do: ${show(remedy)}`]),
  ];
}

const options = {
  json: jsonOption(`an array with one object a check: id, title, result (ok, problem, skipped),
message; remedy of a problem`),
} as const satisfies OptionDeclarations;

export const doctorCommand: Command = {
  name: 'doctor',
  usage: '[--json]',
  summary: 'test whether programs reach the agent, and say what to do where not',
  options,
  help: `Lists the keys through each door of the agent, and as OpenSSH and Git would, by those programs
themselves; finds what leads those to another agent; makes a signature where a key asks nobody;
looks at the files, the clock and the Node.js that all of it relies on. Nothing is changed but that the
activity has that signature, no prompt comes up, and each test ends in seconds. A check that can't run
here is skipped, with the reason.

The exit code is 1 when a problem was found.

${optionsHelp(options)}`,
  async run(args, io) {
    const { values } = parseArguments({ args: [...args], options });
    const findings: Finding[] = [];
    for await (const finding of examine(io)) {
      findings.push(finding);
      if (!values.json) await io.print(...linesOf(finding));
    }
    const problems = findings.filter(({ result }) => result === 'problem').length;
    if (values.json) await io.printAsIs(printableJson(findings, 2));
    else {
      const found = problems === 1 ? 'One problem was found.' : `${problems} problems were found.`;
      await io.print('', problems === 0 ? 'No problem was found.' : found);
    }
    return problems === 0 ? exitCode.ok : exitCode.failed;
  },
};
