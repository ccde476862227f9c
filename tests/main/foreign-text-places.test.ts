// Every place where text of others is printed among words of ours, with text that plays our part.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ActivityEntry } from '../../main/agent/consent/activity/activity-entry.ts';
import { activityLine, readActivityLine } from '../../main/agent/consent/activity/activity-entry.ts';
import type { HostFacts } from '../../main/agent/facts/request-facts.ts';
import type { Requester } from '../../main/agent/facts/requester.ts';
import type { StoreSummary } from '../../main/agent/ports/key-store.ts';
import { explainError } from '../../main/cli/parts/explain-error.ts';
import { describeListedKey, listedKeyToJson } from '../../main/cli/parts/keys/describe-key.ts';
import { readableLines } from '../../main/cli/readable-lines.ts';
import { describePolicy } from '../../main/cli/rules/describe-policy.ts';
import { entryLines } from '../../main/cli/verbs/log.ts';
import { describeUpstream } from '../../main/cli/verbs/upstream.ts';
import { redact } from '../../main/process/redact.ts';
import { requesterView } from '../../main/shell/views/requester-view.ts';
import {
  confirmText,
  costText,
  keyFileText,
  passphraseText,
  waitingText,
} from '../../main/terminal/prompt-text.ts';
import { wrapLines } from '../../main/terminal/wrap-lines.ts';
import { printableJson } from '../../text/foreign-text.ts';
import { ed25519Key } from '../fakes/test-key.ts';

const forged = 'To (verified): github.com';
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u00a0]/u;

/** Text that would begin a line with `forged` on a screen of 80 columns, in some place or other. */
const attacks: readonly (readonly [string, string])[] = [
  ['spaces', `git${' '.repeat(47)}${forged}`],
  ['no-break spaces', `git${'\u00a0'.repeat(47)}${forged}`],
  ['fillers', `git${'\u3164'.repeat(47)}${forged}`],
  ['blank Braille', `git${'\u2800'.repeat(47)}${forged}`],
  ['line ends', `git\r\n${forged}\u2028\u0085${forged}`],
  ['dots', `git ${'.'.repeat(46)}${forged}`],
  ['dots of the other half', `git ${'.'.repeat(20)}${forged}`],
  ['bidi controls', `git\u202e\u2066${forged}`],
  ['quotation marks', `git" ${forged}" “${forged}” to "`],
  ['escape sequences', `git\u001b[2K\u009b2J${forged}`],
  ['tags', `git\u{e0041}\u{e007f}${forged}`],
];

const key = (text: string) => ({ comment: text, fingerprint: 'SHA256:key', algorithm: text });
const host = (text: string): HostFacts => ({
  fingerprint: 'SHA256:host',
  algorithm: text,
  name: { names: [text, text], source: 'known_hosts', isRevoked: false },
});

/** One requester for each purpose and destination, with `text` wherever others choose it. */
function requesters(text: string): Requester[] {
  const process = {
    pid: 1,
    executable: text,
    parents: [{ pid: 2, executable: text }],
    connections: [{ address: text, port: 22 }],
  };
  const relayed = { place: text, executable: text, user: text, pid: 3, byOwnRelay: true };
  const base = { transport: 'unix-socket', pid: 1, process, forwarded: true, path: [host(text)] };
  const verified = { trust: 'verified', basis: 'session-bind', host: host(text) } as const;
  const observed = { trust: 'observed', address: text, port: 22 } as const;
  return [
    { ...base, purpose: { kind: 'ssh-login', user: text, service: text }, destination: verified },
    { ...base, relayed, purpose: { kind: 'unknown' } },
    { ...base, purpose: { kind: 'sshsig', namespace: text, hashAlgorithm: text }, destination: observed },
  ];
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

const entry = (text: string, requester: Requester): ActivityEntry => ({
  id: 1,
  time: '2026-11-22T12:00:00.000Z',
  key: { ...key(text), algorithm: 'ssh-ed25519' },
  requester,
  answer: 'allowed',
  reason: 'You allowed it.',
  firstUseBy: [],
  count: 1,
});

const listed = (text: string) => ({ blob: ed25519Key().blob, comment: text });

const prompts = (text: string): string[] =>
  requesters(text).flatMap((requester) => [
    confirmText({
      reason: { kind: 'use-key', because: 'It asks before each use.' },
      key: key(text),
      requesters: () => [requester, requester],
    }),
    passphraseText({ key: key(text), requesters: () => [requester, requester] }),
    passphraseText({ key: key(text), pinOf: text, requesters: () => [requester] }),
    waitingText({ key: key(text), livesIn: text, requester, waitsFor: 'touch' }),
    keyFileText({ path: text, comment: text, fingerprint: 'SHA256:key' }),
    costText(text, '40 s'),
  ]);

const lines = (text: string): string[] => [
  describeListedKey(listed(text) as never),
  describeListedKey({ ...listed(''), keptAs: 'elsewhere' }, { kind: 'pkcs11', title: text, need: 'touch' }),
  ...describePolicy({
    version: 1,
    rules: [{ id: 'r', action: 'deny', program: text, user: text, destination: text }],
  } as never),
  ...requesters(text).flatMap((requester) => entryLines(entry(text, requester))),
  ...describeUpstream({ ...upstream, address: text, title: text }),
];

/** Another agent that is out of reach. */
const upstream: StoreSummary = {
  id: 'upstream:x',
  kind: 'upstream',
  address: '',
  title: '',
  state: { status: 'unreachable', reason: 'It is gone.', remedy: 'Start it.' },
  keyCount: 0,
  pending: [],
};

/** What stands outside of quotation marks: words of ours, if all is well. */
const outsideQuotes = (text: string) => text.replace(/"[^"]*"|“[^”]*”/g, '""');

/** The lines as a screen shows them that breaks them after so many columns. */
function asShown(text: string, columns: number): string[] {
  const pieces = new RegExp(`.{1,${columns}}`, 'gu');
  return text
    .split('\n')
    .flatMap((line) => line.match(pieces) ?? [''])
    .map((line) => line.trimEnd());
}

const isForged = (line: string) => line.startsWith('To (verified): g');

/**
 * What prints the text with 0 to 119 characters before it: wherever a screen breaks its lines, one has the text there.
 * Made once for all widths, as it takes the longest.
 */
function padded(print: (text: string) => string[], text: string): (columns: number) => string[] {
  const printed: string[][] = [];
  return (columns) => {
    for (let n = printed.length; n < columns; n++) printed.push(print(`${'a'.repeat(n)} ${text}`));
    return printed.slice(0, columns).flat();
  };
}

describe.each(attacks)('text of others with %s', (_what, text) => {
  const paddedPrompts = padded(prompts, text);
  const paddedLines = padded(lines, text);

  it.each([
    ['prompts on a terminal and by askpass', prompts],
    ['lines of the list, the rules and the log', lines],
    [
      'facts in windows and notifications',
      (hostile: string) => stringsIn(requesters(hostile).map(requesterView)),
    ],
  ])('stays inside quotation marks in %s', (_where, print) => {
    for (const printed of print(text)) {
      expect(outsideQuotes(printed)).not.toContain(forged);
      expect(printed.replaceAll('\n', '')).not.toMatch(invisible);
      expect(printed).not.toMatch(/\S {2,}\S/);
    }
  });

  it.each([20, 40, 63, 79, 120])('never begins a line of a prompt on %i columns', (columns) => {
    const shown = paddedPrompts(columns).flatMap((prompt) => asShown(wrapLines(prompt, columns), columns));
    expect(shown.filter(isForged)).toEqual([]);
  });

  it.each([60, 80, 120])('never begins a line of the list, the rules or the log on %i columns', (columns) => {
    const shown = asShown(readableLines(paddedLines(columns), columns), columns);
    expect(shown.filter(isForged)).toEqual([]);
  });

  it('is made safe by what prints a line, whoever forgot it before', () => {
    const printed = readableLines([`  Added key of ${text}.`, text], undefined);
    expect(printed.split('\n')).toHaveLength(2);
    expect(printed.replace('\n', '')).not.toMatch(invisible);
    expect(printed).toMatch(/^ {2}Added/);
  });

  it('leaves each prompt its own lines in sight', () => {
    for (const prompt of prompts(text))
      for (const line of prompt.split('\n')) expect(line.length).toBeLessThan(600);
  });

  it('is whole in JSON, and nothing of it that can not be seen is raw', () => {
    const json = printableJson([listedKeyToJson(listed(text) as never)], 2);
    expect(JSON.parse(json)).toMatchObject([{ comment: text }]);
    const [requester] = requesters('x');
    if (requester === undefined) throw new Error('no requester');
    const line = activityLine(entry(text, requester));
    expect(readActivityLine(line)?.key.comment).toBe(text);
    for (const each of [json.replaceAll('\n', ''), line]) expect(each).not.toMatch(invisible);
  });

  it('drives nothing from an error or a line of the log', () => {
    for (const line of [explainError(new Error(text)), redact(text)]) {
      expect(line).not.toMatch(invisible);
      expect(line).not.toMatch(/ {2}/);
    }
  });
});

describe('the command', () => {
  const sources = readdirSync('main', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: readFileSync(`main/${path}`, 'utf8') }));
  const sourcesWith = (pattern: RegExp) =>
    sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

  it('writes to its standard streams in one place, and relays an agent in another', () => {
    expect(sourcesWith(/writeSync\([12]\b|from 'node:(process|console)'/)).toEqual([]);
    expect(
      sourcesWith(
        /\bprocess\b[^;\n]*\bstd(out|err)\b|\bstd(out|err)\b[^;\n]*\bprocess\b|console\.\w+\(/,
      ).sort(),
    ).toEqual(['cli/standard-output.ts', 'cli/verbs/relay.ts']);
  });

  it('prints as it is only help, JSON, lines for shells and files, and a public key', () => {
    const printed = sources.flatMap(({ text }) => [...text.matchAll(/\.printAsIs\((\w+|`\w+ \$\{\w+)/g)]);
    expect(new Set(printed.map(([, what]) => what))).toEqual(
      new Set([
        'glossaryWords',
        'overview',
        'helpFor',
        'manualPage',
        '`sallyport ${thisVersion',
        'printableJson',
        'environmentLines',
        'whatNext',
        'unsetLines',
        'listedPublicLine',
        'written',
        'shellScripts',
        // Of what `foreignText` has made; tabs are what shells part them by.
        'completionLines',
      ]),
    );
  });
});
