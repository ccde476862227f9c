// `sallyport rules`: when keys may be used without asking, when not, and when not at all.

import * as v from 'valibot';
import { foreignName, insideQuotes, printableJson } from '../../../text/foreign-text.ts';
import { askLevelSchema } from '../../agent/consent/rules/ask-level.ts';
import { type RuleConditions, whyNoRule } from '../../agent/consent/rules/rule-schema.ts';
import type { RulesReply, RulesRequest } from '../../agent/extensions/rules-extension.ts';
import { whyNoProgram } from '../../stored/why-no-program.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from '../parts/command.ts';
import { describePolicy } from '../parts/describe-policy.ts';
import { ownProof } from '../parts/own-proof.ts';
import { withAgent } from '../parts/with-agent.ts';

const options = {
  json: { type: 'boolean' },
  key: { type: 'string' },
  program: { type: 'string' },
  destination: { type: 'string' },
  purpose: { type: 'string' },
  user: { type: 'string' },
  namespace: { type: 'string' },
  origin: { type: 'string' },
  before: { type: 'string' },
} as const;

const conditionNames = [
  'key',
  'program',
  'destination',
  'purpose',
  'user',
  'namespace',
  'origin',
] as const satisfies readonly (keyof RuleConditions)[];

type Values = ReturnType<typeof parseRulesArguments>['values'];

function parseRulesArguments(args: readonly string[]) {
  return parseArguments({ args: [...args], options, allowPositionals: true });
}

function oneWord(words: readonly string[], what: string): string {
  const [word, ...more] = words;
  if (word === undefined || more.length > 0) throw new UsageError(`Name ${what}.`);
  return word;
}

function assertNoConditions(values: Values, verb: string): void {
  const others = verb === 'move' ? [] : (['before'] as const);
  const given = [...conditionNames, ...others].find((name) => values[name] !== undefined);
  if (given) throw new UsageError(`--${given} makes no sense with "${verb}".`);
}

function assertFingerprint(key: string | undefined): void {
  const why = key === undefined ? undefined : whyNoRule({ action: 'ask', key });
  if (why !== undefined) throw new UsageError(`That is no key: ${why}.`);
}

function levelRequest(words: readonly string[]): RulesRequest {
  const [level, key, ...more] = words;
  if (more.length > 0 || (level !== 'default' && !v.is(askLevelSchema, level)))
    throw new UsageError('Say when to ask: never, forwarded or always; for one KEY, also default.');
  if (level === 'default') {
    if (key === undefined) throw new UsageError('Name the key that is to be asked about as all others are.');
    assertFingerprint(key);
    return { do: 'set-level', key };
  }
  assertFingerprint(key);
  return { do: 'set-level', level, ...(key !== undefined && { key }) };
}

/** Throws UsageError for a rule that could never hold: its author would believe in it. */
function assertRule(rule: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv): void {
  const { program } = rule;
  const problem = program ? whyNoProgram(program, env) : undefined;
  if (problem !== undefined) throw new UsageError(problem);
  const why = whyNoRule(rule);
  if (why !== undefined) throw new UsageError(`That is no rule: ${why}.`);
}

/** What is to be asked of the agent. Throws UsageError. */
function requestFor(words: readonly string[], values: Values, env: NodeJS.ProcessEnv): RulesRequest {
  const [verb, ...rest] = words;
  if (verb !== 'add') assertNoConditions(values, verb ?? 'rules');
  switch (verb) {
    case undefined:
      return { do: 'list' };
    case 'add': {
      const conditions = Object.fromEntries(
        conditionNames.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
      );
      const rule = { action: oneWord(rest, 'what to do: allow, ask or deny'), ...conditions };
      assertRule(rule, env);
      return { do: 'add', rule, ...(values.before !== undefined && { before: values.before }) };
    }
    case 'move':
      return {
        do: 'move',
        id: oneWord(rest, 'one rule by its id'),
        ...(values.before !== undefined && { before: values.before }),
      };
    case 'remove':
      return { do: 'remove', id: oneWord(rest, 'one rule by its id') };
    case 'ask':
      return levelRequest(rest);
    default:
      throw new UsageError(`There is no "rules ${insideQuotes(verb)}".`);
  }
}

async function tell(reply: RulesReply, request: RulesRequest, values: Values, io: CommandIo): Promise<void> {
  if (!reply.ok) throw new CommandError(reply.message);
  if (values.json) await io.printAsIs(printableJson(reply.policy, 2));
  else if (request.do === 'add') await io.print(`Added rule ${foreignName(reply.addedId ?? '')}.`);
  else if (request.do === 'move') await io.print(`Moved rule ${foreignName(request.id)}.`);
  else if (request.do === 'remove') await io.print(`Removed rule ${foreignName(request.id)}.`);
  else await io.print(...describePolicy(reply.policy));
}

const folder =
  process.platform === 'win32' ? '%APPDATA%\\Sallyport' : '$XDG_CONFIG_HOME/sallyport (~/.config)';

export const rulesCommand: Command = {
  name: 'rules',
  usage: '[--json] [add ACTION [conditions] | move ID | remove ID | ask LEVEL [KEY]]',
  summary: 'show or change when keys may be used',
  help: `Without a verb, shows all rules. The first rule whose conditions all hold decides; where
none does, the level of the key, or else that of all keys, says when you are asked.

  add ACTION     allow, ask or deny; the new rule is the last one
    --before ID            put it before this rule
    --key FINGERPRINT      SHA256:… of the key
    --program PATH         of the program that asks, in full
    --destination HOST     SHA256:… of the host key, or its name in known_hosts or PuTTY's store
                           with * and ?, such as "*.example.com" or "[git.example.com]:2222"
    --purpose WHAT         login, sshsig (a signature such as git's) or unknown
    --user NAME            of the login
    --namespace NAME       of the signature, such as git or file
    --origin WHERE         local, forwarded or any
  move ID        to the end, or --before another ID
  remove ID
  ask LEVEL      never, forwarded or always: when to ask for keys that no rule is about
  ask LEVEL KEY  the same for the key with this fingerprint; LEVEL "default": as for all keys

A rule that allows is for local logins and SSHSIG signatures, unless --origin or --purpose says
more, and never goes by a host that was merely observed or claimed. One that denies or asks by host
has you asked about a forwarded login of which nothing proves where it goes. Keys that were added
with "confirm" are asked about even where a rule allows. Programs are told apart by what the system
says of them: that is a convenience and no protection from programs that run as you.

All is kept in rules.json, and may be edited there: in ${folder}.
What is wrong with that file the log of the agent says, with line and column: agent.log beside it
for an agent in the background, log.txt of the tray, or the terminal of an agent that has one.

  --json         everything as one JSON object`,
  async run(args, io) {
    const { values, positionals } = parseRulesArguments(args);
    const request = requestFor(positionals, values, io.env);
    const proof = ownProof(io);
    const reply = await withAgent(io, (client) => client.changeRules(proof, request));
    await tell(reply, request, values, io);
    return exitCode.ok;
  },
};
