// `sallyport log`: what keys were used for.

import { foreignName, foreignText, insideQuotes, printableJson } from '../../../text/foreign-text.ts';
import type { ActivityEntry } from '../../agent/consent/activity/activity-entry.ts';
import { fileNote } from '../../agent/facts/program.ts';
import { keyUseLines, relayedLines } from '../../terminal/key-use-text.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, exitCode, UsageError } from '../parts/command.ts';
import { localTimeText } from '../parts/local-time.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';
import { ownSecret } from '../parts/own-secret.ts';
import { readActivity } from '../parts/read-activity.ts';
import { withAgent } from '../parts/with-agent.ts';

const maxTextCharacters = 200;
const defaultLimit = 50;

function parseLimit(text: string | undefined): number {
  if (text === undefined) return defaultLimit;
  const limit = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1) throw new UsageError('--limit takes a whole number from 1 on.');
  return limit;
}

/** One entry in the words of `sallyport log`. */
export function entryLines({
  time,
  answer,
  count,
  key,
  requester,
  reason,
  firstUseBy,
}: ActivityEntry): string[] {
  const show = (text: string) => foreignText(text, maxTextCharacters);
  const executable = requester.process?.executable;
  const program =
    executable === undefined
      ? 'an unknown program'
      : `${foreignName(executable, maxTextCharacters)}${fileNote(requester.process ?? {})}`;
  const pid = requester.pid === undefined ? '' : ` (process ${requester.pid})`;
  return [
    `${localTimeText(time)} ${answer}${count > 1 ? ` ${count} times` : ''}: ${key.fingerprint} "${insideQuotes(key.comment, maxTextCharacters)}"`,
    ...relayedLines(requester).map((line) => `  ${line}`),
    `  By (observed): ${program}${pid} through ${show(requester.transport)}`,
    ...keyUseLines(requester).map((line) => `  ${line}`),
    `  ${show(reason)}`,
    ...(firstUseBy.length > 0
      ? [`  The first use of this key by this ${firstUseBy.join(' and this ')}.`]
      : []),
  ];
}

const options = {
  search: { type: 'string', value: 'TEXT', help: 'only uses in which TEXT occurs, without regard to case' },
  limit: { type: 'string', value: 'N', help: `the latest N uses; ${defaultLimit} if not said` },
  json: jsonOption('one JSON object a line, with times in UTC'),
} as const satisfies OptionDeclarations;

export const logCommand: Command = {
  name: 'log',
  usage: '[--json] [--search TEXT] [--limit N]',
  summary: 'show what keys were used for',
  options,
  help: `The latest use is last, each with the time of this computer's zone. For every use: who
asked, what for, where to, which key, the answer and why. What is called "verified" was
proved by cryptography, what is called "observed" was seen from the system.

${optionsHelp(options)}`,
  async run(args, io) {
    const { values } = parseArguments({ args: [...args], options });
    const limit = parseLimit(values.limit);
    const secret = ownSecret(io);
    const entries = await withAgent(io, (client) => readActivity(client, secret, values.search ?? '', limit));
    if (entries.length === 0) io.complain('No use of a key is recorded.');
    for (const entry of entries.reverse())
      if (values.json) await io.printAsIs(printableJson(entry));
      else await io.print(...entryLines(entry));
    return exitCode.ok;
  },
};
