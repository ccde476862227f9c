// `sallyport status`, and `sallyport` alone: what state things are in, and what to do next.
import { printableJson } from '../../../text/foreign-text.ts';
import { parseArguments } from '../parts/arguments.ts';
import type { Command } from '../parts/command.ts';
import { listedKeyToJson } from '../parts/keys/describe-key.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { describeStatus } from '../status/describe-status.ts';
import { lookAround } from '../status/look-around.ts';
import type { NoAnswer, SeenAgent } from '../status/look-at-agent.ts';

const options = {
  json: jsonOption(`one object: asked (the agent that this shell asks), elsewhere (a Sallyport that it
does not ask), both with address, isSallyport, isLocked, process, keys, doors,
whyNotOurs, or with address, problem, isThere; keysLeft, steps, code`),
} as const satisfies OptionDeclarations;

const agentToJson = (agent: SeenAgent | NoAnswer | undefined) =>
  agent === undefined || !('keys' in agent)
    ? (agent ?? null)
    : { ...agent, keys: agent.keys.map((key) => listedKeyToJson(key, undefined)) };

export const statusCommand: Command = {
  name: 'status',
  usage: '[--json]',
  summary: 'say what state things are in, and what to do next; also without a verb',
  options,
  help: `Which agent this shell and its programs ask, what it has, which of the keys with usual names in
~/.ssh it has not, and the next step or two as commands to copy. Nothing is changed, and nobody is
asked anything.

exit codes:
  0  the programs of this shell ask a Sallyport that is not locked, and all its doors are open
  1  something is not so: the lines say what
  3  no agent answers

${optionsHelp(options)}`,
  async run(args, io) {
    const { values } = parseArguments({ args: [...args], options });
    const status = await lookAround(io);
    const { lines, steps, code } = describeStatus(status);
    if (values.json) {
      const { asked, elsewhere, keysLeft } = status;
      const json = { asked: agentToJson(asked), elsewhere: agentToJson(elsewhere), keysLeft, steps, code };
      await io.printAsIs(printableJson(json, 2));
    } else {
      const next =
        steps.length === 0
          ? ['All is well. What else there is: sallyport --help']
          : ['Next:', ...steps.flatMap(([command, about]) => [`  ${command}`, `    ${about}`])];
      await io.print(...lines, '', ...next);
    }
    return code;
  },
};
