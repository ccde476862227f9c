// The command line of `sallyport rules`: what is to be asked of the agent.

import * as v from 'valibot';
import { insideQuotes } from '../../../text/foreign-text.ts';
import { ruleOrigins, rulePurposes } from '../../../text/rules/effective-rule.ts';
import { askLevelNames } from '../../../text/rules/policy-words.ts';
import { askLevelSchema } from '../../agent/consent/rules/ask-level.ts';
import { type RuleConditions, whyNoRule } from '../../agent/consent/rules/rule-schema.ts';
import type { RulesRequest } from '../../agent/extensions/rules-extension.ts';
import { whyNoProgram } from '../../programs/why-no-program.ts';
import { parseArguments } from '../parts/arguments.ts';
import { UsageError } from '../parts/command.ts';
import { jsonOption, type OptionDeclarations } from '../parts/options.ts';

/** Of the conditions of a rule. */
export const ruleOptions = {
  before: { type: 'string', value: 'ID', takes: 'rule', help: 'put it before this rule' },
  key: { type: 'string', value: 'FINGERPRINT', takes: 'key', help: 'SHA256:… of the key' },
  program: {
    type: 'string',
    value: 'PATH',
    takes: 'file',
    help: `of the program that asks, in full; one behind a relay, as that says: relay:PLACE:PATH,
such as relay:Ubuntu:/usr/bin/ssh`,
  },
  destination: {
    type: 'string',
    value: 'HOST',
    help: `SHA256:… of the host key, or its name in known_hosts or PuTTY's store
with * and ?, such as "*.example.com" or "[git.example.com]:2222"`,
  },
  purpose: {
    type: 'string',
    value: 'WHAT',
    takes: rulePurposes,
    help: "login, sshsig (a signature such as git's) or unknown",
  },
  user: { type: 'string', value: 'NAME', help: 'of the login' },
  namespace: {
    type: 'string',
    value: 'NAME',
    takes: ['git', 'file'],
    help: 'of the signature, such as git or file',
  },
  origin: {
    type: 'string',
    value: 'WHERE',
    takes: ruleOrigins,
    help: ruleOrigins.join(', ').replace(/, (\w+)$/, ' or $1'),
  },
} as const satisfies OptionDeclarations;

export const rulesOptions = {
  ...ruleOptions,
  json: jsonOption('everything as one JSON object'),
} as const satisfies OptionDeclarations;

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
  return parseArguments({ args: [...args], options: rulesOptions, allowPositionals: true });
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
    throw new UsageError(`Say when to ask: ${askLevelNames}; for one KEY, also default.`);
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
    case 'forget': {
      const id = oneWord(rest, 'one remembered answer by its id, or all');
      return id === 'all' ? { do: 'forget' } : { do: 'forget', id };
    }
    case 'ask':
      return levelRequest(rest);
    default:
      throw new UsageError(`There is no "rules ${insideQuotes(verb)}".`);
  }
}

/** Throws UsageError, also for a rule that the agent would refuse. */
export function parseRulesRequest(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { readonly request: RulesRequest; readonly isJson: boolean } {
  const { values, positionals } = parseRulesArguments(args);
  return { request: requestFor(positionals, values, env), isJson: values.json ?? false };
}
