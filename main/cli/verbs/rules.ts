// `sallyport rules`: when keys may be used without asking, when not, and when not at all.

import { foreignName, insideQuotes, printableJson } from '../../../text/foreign-text.ts';
import { ruleActions } from '../../../text/rules/effective-rule.ts';
import { askLevelSchema } from '../../agent/consent/rules/ask-level.ts';
import type { RulesReply, RulesRequest } from '../../agent/extensions/rules-extension.ts';
import { type Command, CommandError, type CommandIo, exitCode } from '../parts/command.ts';
import { optionsHelp } from '../parts/options.ts';
import { ownSecret } from '../parts/own-secret.ts';
import { withAgent } from '../parts/with-agent.ts';
import { describePolicy } from '../rules/describe-policy.ts';
import { describeRemembered } from '../rules/describe-remembered.ts';
import { parseRulesRequest, ruleOptions, rulesOptions } from '../rules/rules-request.ts';

async function tell(reply: RulesReply, request: RulesRequest, isJson: boolean, io: CommandIo): Promise<void> {
  if (!reply.ok) throw new CommandError(reply.message);
  const { policy, remembered = [], rememberedBesides = 0, forgotten = 0 } = reply;
  if (request.do === 'forget' && request.id !== undefined && forgotten === 0)
    throw new CommandError(`No answer "${insideQuotes(request.id, 60)}" is remembered.`);
  if (isJson)
    await io.printAsIs(printableJson({ ...policy, ...(remembered.length > 0 && { remembered }) }, 2));
  else if (request.do === 'forget')
    await io.print(forgotten === 1 ? 'Forgot one answer.' : `Forgot ${forgotten} answers.`);
  else if (request.do === 'add') await io.print(`Added rule ${foreignName(reply.addedId ?? '')}.`);
  else if (request.do === 'move') await io.print(`Moved rule ${foreignName(request.id)}.`);
  else if (request.do === 'remove') await io.print(`Removed rule ${foreignName(request.id)}.`);
  else await io.print(...describePolicy(policy), ...describeRemembered(remembered, rememberedBesides));
}

const folder =
  process.platform === 'win32' ? '%APPDATA%\\Sallyport' : '$XDG_CONFIG_HOME/sallyport (~/.config)';

export const rulesCommand: Command = {
  name: 'rules',
  usage: '[--json] [add ACTION [conditions] | move ID | remove ID | ask LEVEL [KEY] | forget ID]',
  summary: 'show or change when keys may be used',
  options: rulesOptions,
  operands: {
    byWord: {
      add: [ruleActions],
      move: ['rule'],
      remove: ['rule'],
      forget: [['all']],
      ask: [[...askLevelSchema.options, 'default'], 'key'],
    },
  },
  help: `Without a verb, shows all rules and the answers that are remembered. The first rule whose conditions
all hold decides; where none does, the level of the key, or else that of all keys, says when you are
asked.

  add ACTION     allow, ask or deny; the new rule is the last one
${optionsHelp(ruleOptions, 4)}
  move ID        to the end, or --before another ID
  remove ID
  ask LEVEL      never, forwarded, new or always: when to ask for keys that no rule is about
  ask LEVEL KEY  the same for the key with this fingerprint; LEVEL "default": as for all keys
  forget ID      the remembered answer with this id, so that you are asked again; all: every one

never: programs use keys without a question. forwarded: you are asked about requests that come from
other machines. new: about those, and the first time that a program uses a key for a user at a host;
what you allow counts until Sallyport is locked. always: about each use.

A rule that allows is for local logins and SSHSIG signatures, unless --origin or --purpose says
more, and never goes by a host that was merely observed or claimed. One that denies or asks by host
has you asked about a forwarded login of which nothing proves where it goes. Keys that were added
with "confirm" are asked about even where a rule allows. Programs are told apart by what the system
says of them: that is a convenience and no protection from programs that run as you.

All is kept in rules.json, and may be edited there: in ${folder}.
What is wrong with that file the log of the agent says, with line and column: agent.log beside it
for an agent in the background, log.txt of the tray, or the terminal of an agent that has one.

${optionsHelp({ json: rulesOptions.json })}`,
  async run(args, io) {
    const { request, isJson } = parseRulesRequest(args, io.env);
    const secret = ownSecret(io);
    const reply = await withAgent(io, (client) => client.changeRules(secret, request));
    await tell(reply, request, isJson, io);
    return exitCode.ok;
  },
};
