// `sallyport doors`: the ways into the running agent.

import { foreignName, foreignText, printableJson } from '../../../text/foreign-text.ts';
import type { DoorReport } from '../../agent/ports/host.ts';
import { retryMs } from '../../doors/repair.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, exitCode } from '../parts/command.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { ownSecret } from '../parts/own-secret.ts';
import { withAgent } from '../parts/with-agent.ts';

const maxCharacters = 500;

function describeDoor({
  name,
  title,
  status,
  address,
  reason,
  remedy,
  heldBy,
}: DoorReport): readonly string[] {
  const show = (text: string) => foreignText(text, maxCharacters);
  const program = heldBy?.executable === undefined ? 'an unknown program' : foreignName(heldBy.executable);
  return [
    `${show(name)}: ${status}${address === undefined ? '' : ` at ${foreignName(address)}`}`,
    `  ${show(title)}`,
    ...(reason === undefined ? [] : [`  Why: ${show(reason)}`]),
    ...(heldBy ? [`  Held by: ${program} (process ${heldBy.pid})`] : []),
    ...(remedy === undefined ? [] : [`  What to do: ${show(remedy)}`]),
  ];
}

const options = {
  json: jsonOption(`an array with one object a door: name, title, status; address while listening;
reason, remedy and heldBy (pid, executable) while degraded`),
} as const satisfies OptionDeclarations;

export const doorsCommand: Command = {
  name: 'doors',
  usage: '[--json]',
  summary: 'show which ways into the agent are open, and what is wrong with the others',
  options,
  help: `A door is "listening", or "degraded": it could not be opened, and is tried again every ${retryMs / 1000}
seconds. The exit code is 1 when one is degraded.

${optionsHelp(options)}`,
  async run(args, io) {
    const { values } = parseArguments({ args: [...args], options });
    const secret = ownSecret(io);
    const doors = await withAgent(io, (client) => client.doors(secret));
    if (values.json) await io.printAsIs(printableJson(doors, 2));
    else for (const door of doors) await io.print(...describeDoor(door));
    return doors.some(({ status }) => status === 'degraded') ? exitCode.failed : exitCode.ok;
  },
};
