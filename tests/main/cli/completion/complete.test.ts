// What is offered for each place of a command line.
import { describe, expect, it } from 'vitest';
import { loadCommands } from '../../../../main/cli/commands.ts';
import { Completer } from '../../../../main/cli/completion/complete.ts';
import { completionLines } from '../../../../main/cli/completion/shell-scripts.ts';

const key = { word: 'SHA256:abcdef', about: 'my key' };
const facts = {
  keys: () => Promise.resolve([key]),
  rules: () => Promise.resolve([{ word: 'rule-1', about: 'deny' }]),
};
const commands = await loadCommands();
const completer = new Completer(commands, facts, ['unix=', 'cygwin='], () =>
  Promise.resolve([{ word: 'web1.example.com', about: '' }]),
);

/** The last word is the one at the cursor. */
async function offered(...words: string[]): Promise<readonly string[] | 'files'> {
  const completion = await completer.complete(words.slice(0, -1), words.at(-1) ?? '');
  return completion.kind === 'files' ? 'files' : completion.candidates.map(({ word }) => word);
}

describe('completion', () => {
  it.each([
    [['ad'], ['add']],
    [['--v'], ['--version']],
    [
      ['help', 're'],
      ['remove', 'reencrypt', 'relay'],
    ],
    [['help', 'add', ''], []],
    [['no-such-verb', ''], []],
    [
      ['list', '--'],
      ['--public', '--json', '--help'],
    ],
    [
      ['list', '--json', '--'],
      ['--public', '--help'],
    ],
    [['list', 'x'], []],
    [['agent', '--back'], ['--background']],
    [['agent', '--upstream', '/a', '--up'], ['--upstream']],
    [['agent', '--socket', ''], 'files'],
    [['agent', '--socket='], 'files'],
    [
      ['agent', '--doors', ''],
      ['unix=', 'cygwin='],
    ],
    [['agent', '--doors', 'unix=/a,'], ['unix=/a,cygwin=']],
    [['agent', '--doors=c'], ['--doors=cygwin=']],
    [['agent', '--', ''], 'files'],
    [['agent', '--', '--soc'], 'files'],
    [['add', ''], 'files'],
    [['add', 'a', ''], 'files'],
    [['add', '-t', ''], []],
    [['add', '--for', 'w'], ['web1.example.com']],
    [['add', '--only-to', 'git@w'], ['git@web1.example.com']],
    [['add', '--only-to=x'], []],
    [
      ['hosts', ''],
      ['set', 'forget', 'web1.example.com'],
    ],
    [['hosts', 'set', ''], [key.word]],
    [['hosts', 'set', 'SHA256:abcdef', 'w'], ['web1.example.com']],
    [['hosts', 'set', 'SHA256:abcdef', 'a', 'me@w'], ['me@web1.example.com']],
    [['remove', ''], [key.word]],
    [['remove', 'SHA256:abcdef', 'SHA'], [key.word]],
    [['remove', './'], 'files'],
    [['public', 'SHA', ''], []],
    [
      ['rules', ''],
      ['add', 'move', 'remove', 'forget', 'ask'],
    ],
    [
      ['rules', 'add', ''],
      ['allow', 'ask', 'deny'],
    ],
    [['rules', 'add', 'deny', '--pur'], ['--purpose']],
    [['rules', 'add', '--purpose', 's'], ['sshsig']],
    [['rules', 'add', '--origin=f'], ['--origin=forwarded']],
    [['rules', 'move', ''], ['rule-1']],
    [['rules', '--json', 'remove', 'r'], ['rule-1']],
    [['rules', 'ask', 'def'], ['default']],
    [['rules', 'ask', 'default', ''], [key.word]],
    [['tokens', 'add', ''], 'files'],
    [['completion', 'f'], ['fish']],
    [['generate', '-t', 'rs'], ['rsa']],
  ])('of %j is %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  it('never offers what is not for people', async () => {
    const all = await Promise.all(commands.map(({ name }) => offered(name, '--')));
    expect(all.flat()).not.toContain('--background-child');
    expect(await offered('completion', '--')).toEqual(['--help']);
  });

  it('asks the agent of nothing while no key or rule may come next', async () => {
    const refuse = () => Promise.reject(new Error('asked'));
    const unasked = new Completer(commands, { keys: refuse, rules: refuse }, [], refuse);
    for (const words of [[], ['add'], ['rules', 'ask'], ['agent', '--doors']])
      await expect(unasked.complete(words, '')).resolves.toBeDefined();
  });

  it('is told in lines of a word and what it means', async () => {
    expect(completionLines(await completer.complete(['remove'], 'SHA'))).toBe(
      `words\n${key.word}\t${key.about}`,
    );
    expect(completionLines(await completer.complete(['add'], ''))).toBe('files');
  });
});
