// The command line of `sallyport rules`: what is to be asked of the agent.

import * as v from 'valibot';
import { insideQuotes } from '../../../text/foreign-text.ts';
import { askLevelSchema } from '../../agent/consent/rules/ask-level.ts';
import { type RuleConditions, whyNoRule } from '../../agent/consent/rules/rule-schema.ts';
import type { RulesRequest } from '../../agent/extensions/rules-extension.ts';
import { whyNoProgram } from '../../programs/why-no-program.ts';
import { parseArguments } from '../parts/arguments.ts';
import { UsageError } from '../parts/command.ts';

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

/** Throws UsageError, also for a rule that the agent would refuse. */
export function parseRulesRequest(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { readonly request: RulesRequest; readonly isJson: boolean } {
  const { values, positionals } = parseRulesArguments(args);
  return { request: requestFor(positionals, values, env), isJson: values.json ?? false };
}
