// What a person copies, read by the programs that it is for.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SnippetKind } from '../../../ipc/contract/use-with.ts';
import { doorsOf, type SnippetFacts, snippetFor } from '../../../main/use-with/snippets.ts';
import { identityAgentLine } from '../../../main/use-with/ssh-config.ts';

const dir = mkdtempSync(join(tmpdir(), 'sallyport-snippets-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const facts = (platform: NodeJS.Platform, addressOf: SnippetFacts['addressOf']): SnippetFacts => ({
  platform,
  addressOf,
  doorsPlace: '“Doors”',
  command: { node: "C:\\Users\\Mary O'Brien\\cli\\node.exe", script: 'C:\\Users\\$HOME & co\\cli.js' },
});
const open = facts('win32', (door) =>
  door === 'cygwin-socket' ? 'C:\\Users\\It’s me\\sallyport.sock' : `\\\\.\\pipe\\${door}`,
);
const shut = facts('win32', () => undefined);
const unixPath = "/run/user/1/it's here/agent.sock";
const linux = facts('linux', () => unixPath);

const textsOf = (kind: SnippetKind, of: SnippetFacts, language: 'shell' | 'ssh_config') =>
  snippetFor(kind, of)
    .steps.filter((step) => step.language === language)
    .map(({ text }) => text);

/** What ssh makes of a configuration. */
function identityAgentFor(config: string): string | undefined {
  const path = join(dir, 'config');
  writeFileSync(path, config);
  const told = execFileSync('ssh', ['-G', '-F', path, 'host'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return /^identityagent (.*)$/m.exec(told)?.[1];
}

/** Runs a snippet with a home of its own and returns what `command` prints then. */
function inShell(snippet: string, command: string): string {
  const env = { PATH: process.env['PATH'], HOME: dir };
  return execFileSync('sh', ['-ec', `${snippet}\n${command}`], { env, encoding: 'utf8' }).trim();
}

describe('snippets', () => {
  it.each(['openssh', 'git', 'wsl', 'putty'] as const)(
    'for %s have steps while the doors are open',
    (kind) => {
      const { steps, problem } = snippetFor(kind, open);
      expect(steps.length).toBeGreaterThan(0);
      expect(problem).toBeUndefined();
    },
  );

  it.each(['openssh', 'wsl', 'putty'] as const)('for %s say when their door is not open', (kind) => {
    expect(snippetFor(kind, shut).problem).toContain('is not open at the moment. “Doors” says why');
  });

  it('for OpenSSH are read by ssh as they are meant', () => {
    expect(identityAgentFor(textsOf('openssh', linux, 'ssh_config').join('\n'))).toBe(unixPath);
    expect(identityAgentFor(textsOf('openssh', open, 'ssh_config').join('\n'))).toBe('//./pipe/own-pipe');
  });

  it('for shells are read by sh as they are meant', () => {
    for (const kind of ['openssh', 'git', 'putty'] as const) {
      const [first = ''] = textsOf(kind, linux, 'shell');
      expect(inShell(first, 'printf %s "$SSH_AUTH_SOCK"')).toBe(unixPath);
    }
    const gitBash = textsOf('git', open, 'shell').find((text) => text.startsWith('export'));
    expect(inShell(gitBash ?? '', 'printf %s "$SSH_AUTH_SOCK"')).toBe('C:/Users/It’s me/sallyport.sock');
  });

  it('for Git change what Git reads', () => {
    const commands = [...textsOf('git', open, 'shell'), ...textsOf('wsl', open, 'shell').slice(1, 2)]
      .filter((text) => text.startsWith('git'))
      .join('\n');
    expect(inShell(commands, 'git config --global --list').split('\n').sort()).toEqual([
      'commit.gpgsign=true',
      'core.sshcommand=ssh.exe',
      'gpg.format=ssh',
      'gpg.ssh.program=ssh-keygen.exe',
      'user.signingkey=key::ssh-ed25519 …',
    ]);
  });

  it('for WSL make a command there that calls Node.js and its script, whatever their paths', () => {
    const bin = join(dir, 'programs of WSL');
    mkdirSync(bin);
    const program = (name: string, text: string) =>
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o700 });
    program('node.exe', 'printf "[%s]" "$@"');
    program('wslpath', `test "$1" = "${open.command?.node}" && echo '${bin}/node.exe'`);
    const make = textsOf('wsl', open, 'shell').find((text) => text.includes('>~/.local/bin/sallyport <<'));
    expect(inShell(make ?? '', `PATH="${bin}:$PATH"; ~/.local/bin/sallyport add 'a key' "it's"`)).toBe(
      `[${open.command?.script}][add][a key][it's]`,
    );
  });

  it('for WSL are those of docs/wsl.md', () => {
    const dir = 'C:\\Users\\me\\AppData\\Local\\Programs\\Sallyport\\resources\\cli\\program';
    const command = { node: `${dir}\\node.exe`, script: `${dir}\\main\\cli.js` };
    const page = readFileSync('docs/wsl.md', 'utf8');
    for (const text of textsOf('wsl', { ...open, command }, 'shell'))
      expect(page).toContain(`\`\`\`sh\n${text}\n\`\`\`\n`);
  });

  it('for WSL say that Sallyport has to be installed where there is no command that stays', () => {
    const { steps, problem } = snippetFor('wsl', { ...open, command: undefined });
    expect(problem).toContain('has to be installed');
    expect(steps.filter(({ text }) => /sallyport/.test(text))).toEqual([]);
  });

  it('say why there are none for a path that ssh can’t be told', () => {
    const { steps, problem } = snippetFor(
      'openssh',
      facts('linux', () => '/run/"quoted"'),
    );
    expect(steps).toEqual([]);
    expect(problem).toContain('choose one without quotes');
  });

  it('are tested through the door that their programs use', () => {
    expect(doorsOf('putty', 'win32')).toEqual(['pageant-pipe']);
    expect(doorsOf('git', 'linux')).toEqual(['unix-socket']);
  });
});

describe('an IdentityAgent line', () => {
  it.each(['/run/agent', '/with space/agent', '/100%/agent', "/it's/agent", '/$HOME/agent', '/#1/ä'])(
    'is read by ssh as %s',
    (path) => {
      // ssh -G shows it before percent signs are taken for tokens.
      expect(identityAgentFor(identityAgentLine(path))?.replaceAll('%%', '%')).toBe(path);
    },
  );

  it('names a pipe with forward slashes', () => {
    expect(identityAgentLine('\\\\.\\pipe\\sallyport.S-1-5-21')).toBe(
      'IdentityAgent "//./pipe/sallyport.S-1-5-21"',
    );
  });

  it.each(['/a"b', '/a\\b', '/a\nb', `/a$${'{HOME}'}`])('is refused for %j', (path) => {
    expect(() => identityAgentLine(path)).toThrow("can't be written");
  });
});
