// The Tab key in real shells, with the command as it is built and a running agent.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { shellScripts } from '../../main/cli/completion/shell-scripts.ts';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { PseudoTerminal } from './support/pseudo-terminal.ts';
import { run } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
let agent: RunningAgent;
let key: KeyPair;
let fingerprint: string;
/** What a shell would run if it took a comment for code. */
const hostile = () => `$(touch ${space.path('run')}) \`touch ${space.path('run')}\` %F{red} "'`;

beforeAll(async () => {
  key = await makeKeyPair(space, 'key', { options: ['-C', hostile()] });
  fingerprint = `SHA256:${createHash('sha256').update(key.blob).digest('base64').replace(/=+$/, '')}`;
  await makeKeyPair(space, 'a key file');
  await mkdir(`${space.home}/.ssh`, { mode: 0o700 });
  const names = ['unusual.example.com', `evil$(touch\u00a0${space.path('run')})`, 'evil`x`'];
  const lines = names.map((name) => `${name} ${key.publicKey}\n`).join('');
  await writeFile(`${space.home}/.ssh/known_hosts`, lines, { mode: 0o600 });
  agent = await RunningAgent.start(space, { args: ['--no-prompt', key.path] });
});

const wasRun = async () => (await run('test', ['-e', space.path('run')], { env: space.env })).code === 0;

/** `rows` of what is typed with Tab at its end, and what the finished line must print. */
function completesIn(shell: string, start: () => Promise<PseudoTerminal>): void {
  describeWith(['script', shell], shell, () => {
    let terminal: PseudoTerminal;
    beforeAll(async () => {
      terminal = await start();
      await terminal.shows(/ready> /);
    });

    /** Resolves with what the completed line printed. */
    async function printed(typed: string, rest = ''): Promise<string> {
      terminal.type(`${typed}\t`);
      // The shell is at work while it completes; what is typed next waits for it.
      terminal.type(`${rest}; echo "<"done">"\r`);
      return terminal.shows(/<done>\r?\n/);
    }

    it('completes verbs, options and their values', async () => {
      expect(await printed('sallyport help gener')).toContain('usage: sallyport generate');
      expect(await printed('sallyport list --publ')).toContain(key.publicKey);
      expect(await printed('sallyport rules --js')).toContain('"rules": []');
    });

    it('completes the fingerprint of a key, whose comment is never taken for code', async () => {
      const start = fingerprint.slice(0, 'SHA256:'.length + 4);
      expect(await printed(`sallyport public ${start}`)).toContain(key.publicKey);
      expect(await printed('sallyport public SHA256:')).toContain(key.publicKey);
      expect(await printed('sallyport public SHA')).toContain(key.publicKey);
      expect(await wasRun()).toBe(false);
    });

    it('completes hosts of known_hosts, whether an agent runs or not, and none that could be code', async () => {
      const printedHost = await printed('sallyport hosts unu', ' --json | grep host');
      expect(printedHost).toContain('"host": "unusual.example.com"');
      expect(await printed('sallyport add --only-to evil', '')).not.toContain('touch');
      expect(await wasRun()).toBe(false);
    });

    it('completes names of files as the shell quotes them, also as values of options', async () => {
      expect(await printed(`sallyport public ${space.path('ke')}`, '.pub')).toContain(key.publicKey);
      const spaced = await printed(
        `sallyport list > /dev/null; sallyport add ${space.path('a\\ k')}`,
        '.pub || echo',
      );
      expect(spaced).toContain('a key file.pub');
    });
  });
}

completesIn('bash', async () => {
  const rc = await space.write(
    'bashrc',
    "source <(sallyport completion bash)\nPS1='ready> '\nbind 'set bell-style none'\n",
  );
  return new PseudoTerminal(space, `bash --rcfile ${rc} -i`, agent.env);
});

completesIn('zsh', async () => {
  await space.write(
    '.zshrc',
    "autoload -Uz compinit\ncompinit -u\nsource <(sallyport completion zsh)\nPS1='ready> '\nunsetopt beep\n",
  );
  return new PseudoTerminal(space, 'zsh -i', { ...agent.env, ZDOTDIR: space.dir });
});

describeWith(['fish'], 'fish', () => {
  const offered = async (line: string) => {
    const script = `sallyport completion fish | source; complete -C '${line}'`;
    const { code, stdout, stderr } = await run('fish', ['--no-config', '-c', script], {
      env: agent.env,
      cwd: space.dir,
    });
    expect([code, stderr]).toEqual([0, '']);
    return stdout.trimEnd().split('\n');
  };

  it('completes verbs, options, their values, keys and files, with what they mean', async () => {
    expect(await offered('sallyport gen')).toEqual(['generate\tmake a new key in a file']);
    expect(await offered('sallyport list --publ')).toEqual([expect.stringMatching(/^--public\t/)]);
    expect(await offered('sallyport rules ask f')).toEqual(['forwarded']);
    expect(await offered('sallyport public SHA')).toContainEqual(expect.stringContaining(fingerprint));
    expect(await offered('sallyport hosts unu')).toEqual(['unusual.example.com']);
    expect(await offered('sallyport add --for git@unu')).toEqual(['git@unusual.example.com']);
    expect(await offered('sallyport add --only-to evil')).not.toContainEqual(expect.stringMatching(/[$`]/));
    expect(await offered('sallyport add a\\ k')).toEqual([
      expect.stringMatching(/^a key file/),
      expect.anything(),
    ]);
    expect(await offered('sallyport agent --socket=ke')).toContainEqual(
      expect.stringMatching(/^--socket=key\b/),
    );
    expect(await wasRun()).toBe(false);
  });
});

describe('PowerShell, which can not be run here', () => {
  it('has a script that refuses what a batch file would take for code, and calls nothing by a string', () => {
    const script = shellScripts.powershell;
    expect(script).toContain('Register-ArgumentCompleter -Native -CommandName sallyport, sallyport.cmd');
    expect(script).toMatch(/-match '\[&\|<>\^%!"\(\)\\x60\\r\\n\]'\) \{ return \}/);
    expect(script).toContain('& sallyport completion words "--current=$current" -- @words');
    expect(script.replace(/^#.*$/gm, '')).not.toMatch(/Invoke-Expression|iex|ScriptBlock\]::Create/);
    const count = (of: RegExp) => script.replace(/^ *#.*$/gm, '').match(of)?.length;
    expect(count(/[{]/g)).toBe(count(/[}]/g));
  });
});

describe('without an agent', () => {
  it('completes all the same, at once, and says nothing', async () => {
    const begin = performance.now();
    const env = { ...space.env, SSH_AUTH_SOCK: space.path('none') };
    const { code, stdout, stderr } = await run(
      'sallyport',
      ['completion', 'words', '--current=', '--', 'remove'],
      {
        env,
      },
    );
    expect([code, stdout, stderr]).toEqual([0, 'files\n', '']);
    expect(performance.now() - begin).toBeLessThan(15_000);
  });
});
