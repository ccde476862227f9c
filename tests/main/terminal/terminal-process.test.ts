// The command on a real terminal: nothing is echoed, only "yes" is consent, a background job is never stopped.
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InstalledCommand, type Result } from '../../fakes/installed-command.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const hasTerminals = spawnSync('python3', ['-c', 'import pty']).status === 0;
let command: InstalledCommand;

beforeAll(async () => {
  command = await InstalledCommand.install();
  for (const name of ['ed25519.openssh', 'ed25519.openssh-aes256-ctr'])
    copyFileSync(path(`../../fixtures/keys/${name}`), join(command.dir, name));
});
afterAll(() => command.remove());

/** Runs a shell script on a terminal; the dialogue is what to wait for and what to type then, in turns. */
function onTerminal(dialogue: readonly string[], script: string): Promise<Result> {
  const args = [path('../../fakes/in-terminal.py'), ...dialogue, '--', 'bash', '-c', script];
  const child = command.spawn('python3', args, { env: { CLI: command.program } });
  return new Promise((resolve) => {
    let stdout = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr: '' }));
  });
}

describe.skipIf(!hasTerminals)('on a terminal', () => {
  it('a passphrase is asked for without echo, again when it was wrong, and the echo is back afterwards', async () => {
    const { code, stdout } = await onTerminal(
      ['Passphrase:', 'wrong\\r', 'Passphrase:', 'pass phrasx\\x7fe\\r'],
      '$CLI agent -- bash -c "$CLI add ed25519.openssh-aes256-ctr && stty -a"',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('That passphrase is wrong');
    expect(stdout).toContain('Added key of');
    expect(stdout).not.toContain('pass phras');
    expect(stdout).toMatch(/ echo /);
  });

  it('an agent in front says what comes next, in comments that a shell may read with the lines above', async () => {
    const { code, stdout } = await onTerminal(['ends the agent.', '\\x03'], 'stty cols 80; $CLI agent');
    // By SIGINT.
    expect(code).toBe(254);
    const start = stdout.indexOf('\n#') + 1;
    const [address, next] = [stdout.slice(0, start), stdout.slice(start)];
    expect(address).toMatch(/^SSH_AUTH_SOCK=.*\nSSH_AGENT_PID=.*\n$/);
    expect(next).toMatch(/^(#.*\n)+\^C/);
    expect(next).toContain('#   ssh-add\n#   sallyport add FILE\n');
    const pasted = await command.shell(`${address}${next.replace('^C', '')}echo "$SSH_AUTH_SOCK"`);
    const [, socket] = /=(.*?);/.exec(address) ?? [];
    expect(pasted).toEqual({ code: 0, stdout: `${socket}\n`, stderr: '' });
  });

  it('an agent in front of which keys were named does not tell how keys are added', async () => {
    const script = 'stty cols 80; $CLI agent ed25519.openssh';
    const { stdout } = await onTerminal(['Added key', '\\x03'], script);
    expect(stdout).toContain('# Enter these lines');
    expect(stdout).not.toContain('ssh-add');
  });

  it('only "yes" is consent, and Ctrl-C refuses without ending the agent', async () => {
    const { code, stdout } = await onTerminal(
      ['refuse:', 'yes\\r', 'refuse:', 'y\\r', 'refuse:', '\\x03'],
      `$CLI agent --confirm ed25519.openssh -- bash -c '${'$CLI test-sign ed25519.openssh; '.repeat(3)}$CLI list'`,
    );
    expect(code).toBe(0);
    expect(stdout.match(/^ok: /gm)).toHaveLength(1);
    expect(stdout.match(/The agent refused to sign/g)).toHaveLength(2);
    expect(stdout).toContain('(confirm)');
  });

  it('Ctrl-C at the question of a command ends all of it, and gives the terminal back', async () => {
    const { code, stdout } = await onTerminal(
      ['Passphrase:', '\\x03', 'lock the agent with:', '\\x03'],
      `$CLI agent --no-prompt -- sh -c '
         trap : INT
         $CLI add ed25519.openssh-aes256-ctr ed25519.openssh; echo "[$?]"
         $CLI lock; echo "[$?]"
         $CLI list; stty -a'`,
    );
    expect(code).toBe(0);
    expect(stdout.match(/^\[130\]$/gm)).toHaveLength(2);
    expect(stdout).toContain('The agent has no keys, or it is locked.');
    expect(stdout).toMatch(/ echo /);
  });

  it('no text of others begins a row of it, wherever standard output leads', async () => {
    const row = (words: string) => `${'a'.repeat(50 - words.length)}To:github.com`;
    const file = row('Key file: ');
    copyFileSync(path('../../fixtures/keys/ed25519.openssh-aes256-ctr'), join(command.dir, file));
    const { stdout } = await onTerminal(
      ['Passphrase:', '\\r'],
      `stty cols 50; $CLI agent --no-prompt -- bash -c '
         $CLI add "${file}" >out 2>&1
         $CLI remove "${row('sallyport: The agent has no key "')}" >out'`,
    );
    expect(stdout).toContain('Key file: a');
    expect(stdout).toContain('The agent has no key');
    for (const line of stdout.split('\n'))
      for (const shown of line.match(/.{1,50}/gu) ?? []) expect(shown).not.toMatch(/^To:github/);
  });

  it('an agent in the background of a shell refuses instead of being stopped by the terminal', async () => {
    const { stdout } = await onTerminal(
      [],
      `set -m; $CLI agent --confirm --socket ./bg ed25519.openssh &
       export SSH_AUTH_SOCK=./bg; until $CLI list 2>/dev/null | grep -q ED25519; do sleep 0.1; done
       $CLI test-sign ed25519.openssh; jobs; kill %1; wait`,
    );
    expect(stdout).toContain('The agent refused to sign');
    expect(stdout).toMatch(/\[1\].*Running/);
    expect(stdout).not.toContain('Stopped');
  });

  it('a passphrase is hidden again when the command was stopped and goes on', async () => {
    const script = `set -m
      hidden() { until stty -a | grep -q -- '-echo '; do sleep 0.05; done; }
      { hidden; kill -STOP $(cat pid); } &
      sh -c 'echo $$ >pid; exec $CLI add ed25519.openssh-aes256-ctr'
      stty sane
      # What is typed before the question is dropped.
      { hidden; sleep 1; echo hidden again; } &
      fg %sh`;
    writeFileSync(join(command.dir, 'stop.sh'), script);
    const { code, stdout } = await onTerminal(
      ['hidden again', 'pass phrase\\r'],
      '$CLI agent --no-prompt -- bash stop.sh',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('Added key of');
    expect(stdout).not.toContain('pass phrase');
  });

  it('Ctrl-C is left to the terminal, which sends it to the command of an agent itself', async () => {
    // Ends a while after the last Ctrl-C, or after so long without one.
    const script = `const endIn = (ms) => setTimeout(() => process.exit(5), ms);
      let end = endIn(process.argv[2]);
      process.on('SIGINT', () => { console.log('caught'); clearTimeout(end); end = endIn(700); });
      console.log('ready');`;
    writeFileSync(join(command.dir, 'count.mjs'), script);
    const caught = async (prefix: string, withoutMs: number) => {
      const run = `exec $CLI agent -- ${prefix} '${process.execPath}' count.mjs ${withoutMs}`;
      const { code, stdout } = await onTerminal(['ready', '\\x03'], run);
      return [code, stdout.match(/caught/g)?.length ?? 0];
    };
    expect(await caught('env', 20_000)).toEqual([5, 1]);
    // Out of the terminal's reach: a Ctrl-C that is caught here was sent by the agent, and would be the second one.
    expect(await caught('setsid', 700)).toEqual([5, 0]);
  });

  it('Ctrl-C ends an agent in the foreground', async () => {
    const { code } = await onTerminal(['AGENT_PID;', '\\x03'], 'exec $CLI agent');
    // The low byte of −2: ended by SIGINT.
    expect(code).toBe(254);
  });
});
