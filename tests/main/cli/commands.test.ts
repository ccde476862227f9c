// What all verbs declare: help, completion and the manual page have nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCommand, loadGroups } from '../../../main/cli/commands.ts';
import { manualPage } from '../../../main/cli/help/manual-page.ts';
import { helpFor, overview } from '../../../main/cli/help/overview.ts';
import type { OptionDeclarations } from '../../../main/cli/parts/options.ts';
import { runCli } from '../../../main/cli/run.ts';

const groups = await loadGroups();
const commands = groups.flatMap((group) => group.commands);
const options = commands.flatMap(({ name, options, help }) =>
  Object.entries<OptionDeclarations[string]>(options).map(([option, declared]) => ({
    name: `${name} --${option}`,
    term: `--${option}${declared.value === undefined ? '' : ` ${declared.value}`}`,
    declared,
    help,
  })),
);

describe('verbs', () => {
  it('have names of their own, and are all in the overview', () => {
    const names = commands.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const lines = overview(groups).split('\n');
    for (const { name, summary } of commands)
      expect(lines.filter((line) => line.startsWith(`  ${name} `) && line.endsWith(summary))).toHaveLength(1);
  });

  it('are called what they are loaded by', async () => {
    for (const command of commands) expect((await loadCommand(command.name))?.name).toBe(command.name);
    expect(await loadCommand('constructor')).toBeUndefined();
  });

  it.each(options)('$name is in the help of its verb where it is for people', ({ term, declared, help }) => {
    if (declared.help === undefined) return;
    expect(help).toContain(term);
    for (const line of declared.help.split('\n')) expect(help).toContain(line.trim());
    // Who reads the help knows that a value comes next.
    expect(declared.value !== undefined).toBe(declared.type === 'string');
  });

  it('are helped with in lines that fit a terminal of 110 columns', () => {
    const texts = [overview(groups), ...commands.map(helpFor)];
    const wide = texts.flatMap((text) => text.split('\n')).filter((line) => line.length > 110);
    expect(wide.filter((line) => !line.startsWith('usage: '))).toEqual([]);
  });
});

describe('README and docs', () => {
  const docs = readdirSync('docs').filter((name) => name.endsWith('.md'));
  it.each(['README.md', ...docs.map((name) => `docs/${name}`)])('%s names verbs that there are', (path) => {
    const text = readFileSync(path, 'utf8');
    const named = [...text.matchAll(/(?:^|[`(])sallyport ([a-z][a-z-]*)/gm)].map(([, verb = '']) => verb);
    const known = new Set(['help', ...commands.map(({ name }) => name)]);
    expect(named.filter((verb) => !known.has(verb))).toEqual([]);
  });
});

describe('a verb that there is not', () => {
  const complaintsOf = async (...args: readonly string[]) => {
    const complaints: string[] = [];
    const io = { env: {}, print: async () => {}, printAsIs: async () => {} };
    const code = await runCli(args, { ...io, complain: (line) => complaints.push(line) });
    return { code, complaints };
  };

  it.each([
    ['stop', 'agent --stop'],
    ['uninstall', 'set-up --undo-all'],
    ['ls', 'list'],
  ])('is “%s”, of which may be meant: %s', async (typed, meant) => {
    for (const args of [[typed], ['help', typed]])
      expect(await complaintsOf(...args)).toEqual({
        code: 2,
        complaints: [`There is no verb "${typed}". You may mean: sallyport ${meant}. See: sallyport --help`],
      });
    const [verb, option] = meant.split(' ');
    const known = commands.find(({ name }) => name === verb);
    expect(known).toBeDefined();
    if (option !== undefined) expect(known?.options).toHaveProperty(option.slice(2));
  });

  it.each(['constructor', 'frobnicate'])('is “%s”, of which nothing may be meant', async (typed) => {
    expect((await complaintsOf(typed)).complaints).toEqual([
      `There is no verb "${typed}". See: sallyport --help`,
    ]);
  });
});

describe('the manual page', () => {
  const page = manualPage(groups, '1.2.3');
  const lines = page.trimEnd().split('\n');

  it('is plain ASCII with the requests that man(7) knows, and no line that text made one', () => {
    expect(page).toMatch(/^[\n\x20-\x7e]*$/);
    const requests = lines.filter((line) => /^[.']/.test(line)).map((line) => line.split(' ')[0]);
    expect([...new Set(requests)].sort()).toEqual(
      ['.\\"', '.B', '.BR', '.PP', '.SH', '.SS', '.TH', '.TP', '.br', '.fi', '.nf'].sort(),
    );
  });

  it('has every verb and every option', () => {
    const read = page.replaceAll('\\-', '-').replaceAll('\\(aq', "'").replaceAll('\\(dq', '"');
    for (const { name } of commands) expect(read).toMatch(new RegExp(`^\\.SS sallyport ${name}( |$)`, 'm'));
    for (const { term, declared } of options)
      if (declared.help !== undefined) expect(read.replaceAll('...', '…')).toContain(term);
  });

  it('keeps a line that begins as a request would as text', () => {
    const [command] = commands;
    if (!command) throw new Error('no verbs');
    const hostile = { ...command, help: ".so /etc/passwd\n'so x\n\\X'ps: exec'\n  .nf" };
    const made = manualPage([{ title: 'x', commands: [hostile] }], '1');
    expect(made).toContain('\n\\&.so /etc/passwd\n\\(aqso x\n\\eX\\(aqps: exec\\(aq\n');
  });
});
