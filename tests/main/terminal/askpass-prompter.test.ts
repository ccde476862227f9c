// Real programs as askpass: what counts as consent, and that nothing of them stays behind.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAskpassPrompter } from '../../../main/terminal/askpass-prompter.ts';

const never = new AbortController().signal;
let dir = '';
let log: string[] = [];

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-askpass-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function program(script: string): string {
  const path = join(dir, `ask-${Math.random().toString(36).slice(2)}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  return path;
}

function prompter(path: string, env: NodeJS.ProcessEnv = {}) {
  log = [];
  return createAskpassPrompter({
    program: path,
    env: { ...process.env, ...env },
    log: (line) => log.push(line),
  });
}

async function passphrase(script: string): Promise<string | undefined> {
  const answer = await prompter(program(script)).askPassphrase('?', never);
  return answer && Buffer.from(answer.bytes).toString();
}

async function untilExists(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
}

function isRunning(pid: number): boolean {
  try {
    // An orphan may stay a zombie (Z) where nobody collects it.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('askpass consent', () => {
  it.each([
    ['exit 0 without an answer', 'exit 0', true],
    ['"yes"', 'echo yes', true],
    ['"YES"', 'echo YES', true],
    ['an empty line', 'echo', true],
    ['"yes" with a carriage return', "printf 'yes\\r\\n'", true],
    ['"no"', 'echo no', false],
    ['"y"', 'echo y', false],
    ['"yes " with a blank', 'echo "yes "', false],
    ['another word', 'echo yessir', false],
    ['"yes" and exit status 1', 'echo yes; exit 1', false],
    ['exit status 1', 'exit 1', false],
    ['death by a signal', 'kill -KILL $$', false],
  ])('%s', async (_name, script, consent) => {
    expect(await prompter(program(script)).confirm('?', never)).toBe(consent);
  });

  it('is refused with one line in the log when the program is missing or not executable', async () => {
    const missing = prompter(join(dir, 'missing'));
    expect(await missing.confirm('?', never)).toBe(false);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain("can't be run (no such file or directory)");
    expect(missing.whyNobody?.()).toMatch(
      /^nobody could be asked: the askpass program .*missing can't be run \(no such file or directory\)$/,
    );
    const no = prompter(program('exit 1'));
    expect(await no.confirm('?', never)).toBe(false);
    expect(no.whyNobody?.()).toBeUndefined();
    writeFileSync(join(dir, 'data'), 'x', { mode: 0o600 });
    expect(await prompter(join(dir, 'data')).confirm('?', never)).toBe(false);
    expect(log[0]).toContain("can't be run (permission denied)");
  });
});

describe('askpass call', () => {
  it('gives the text as the only argument and SSH_ASKPASS_PROMPT=confirm only for consent', async () => {
    const path = program(`printf '%s|%s|%s' "$#" "$1" "$SSH_ASKPASS_PROMPT" >> ${dir}/call; echo yes`);
    const asker = prompter(path, { SSH_ASKPASS_PROMPT: 'none' });
    await asker.confirm('Use "it"?\n$(x) second line', never);
    await asker.askPassphrase('?', never);
    expect(readFileSync(join(dir, 'call'), 'utf8')).toBe('1|Use "it"?\n$(x) second line|confirm1|?|');
  });

  it('finds a program by its name in PATH', async () => {
    expect(await prompter('true').confirm('?', never)).toBe(true);
  });
});

describe('askpass passphrase', () => {
  it('is the first line without its end, byte for byte', async () => {
    expect(await passphrase("printf 'pass phrase \\nmore\\n'")).toBe('pass phrase ');
    expect(await passphrase("printf 'pass\\r\\n'")).toBe('pass');
    expect(await passphrase("printf 'no line end'")).toBe('no line end');
    expect(await passphrase('exit 0')).toBe('');
    const latin1 = await prompter(program("printf 'p\\344ss\\n'")).askPassphrase('?', never);
    expect([...latin1!.bytes]).toEqual([0x70, 0xe4, 0x73, 0x73]);
  });

  it('is none when the program ends with another status than 0', async () => {
    expect(await passphrase('echo pass; exit 1')).toBeUndefined();
  });

  it('is none when the first line is longer than 4,096 bytes, and the program is not blocked', async () => {
    expect(await passphrase("head -c 4096 /dev/zero | tr '\\0' x")).toHaveLength(4096);
    expect(await passphrase("head -c 4097 /dev/zero | tr '\\0' x")).toBeUndefined();
    expect(await passphrase("head -c 10000000 /dev/zero | tr '\\0' x")).toBeUndefined();
  });

  it('does not wait for a grandchild that keeps the output open', async () => {
    const started = performance.now();
    expect(await passphrase(`sleep 20 & echo $! > ${dir}/grandchild; echo pass`)).toBe('pass');
    expect(performance.now() - started).toBeLessThan(10_000);
    process.kill(Number(readFileSync(join(dir, 'grandchild'), 'utf8')));
  });
});

describe('askpass on a machine that stands still', () => {
  it('reads what was printed in time before it takes silence for consent', async () => {
    const said = join(dir, 'said');
    // What the program leaves behind answers for it, and keeps its output open.
    const path = program(`{ sleep 0.2; echo no; touch ${said}; sleep 20; } & echo $! > ${dir}/left`);
    const confirmed = prompter(path).confirm('?', never);
    await untilExists(join(dir, 'left'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    // From here timers come before what has to be read.
    await new Promise(setImmediate);
    const standstillMs = performance.now() + 1500;
    while (performance.now() < standstillMs || !existsSync(said));
    expect(await confirmed).toBe(false);
    process.kill(Number(readFileSync(join(dir, 'left'), 'utf8')));
  });
});

describe('askpass withdrawn', () => {
  it('ends the program and what it has started', async () => {
    const controller = new AbortController();
    const path = program(
      `sleep 60 & echo $! > ${dir}/dialogue.new; mv ${dir}/dialogue.new ${dir}/dialogue; wait`,
    );
    const confirmed = prompter(path).confirm('?', controller.signal);
    await untilExists(join(dir, 'dialogue'));
    controller.abort();
    expect(await confirmed).toBe(false);
    const pid = Number(readFileSync(join(dir, 'dialogue'), 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('kills a program that ignores the request to end', async () => {
    const controller = new AbortController();
    const path = program(
      `trap '' TERM; echo $$ > ${dir}/stubborn.new; mv ${dir}/stubborn.new ${dir}/stubborn; while :; do sleep 0.1; done`,
    );
    const asked = prompter(path).askPassphrase('?', controller.signal);
    await untilExists(join(dir, 'stubborn'));
    controller.abort();
    expect(await asked).toBeUndefined();
    const pid = Number(readFileSync(join(dir, 'stubborn'), 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('does not start the program at all when it was withdrawn before', async () => {
    const path = program(`touch ${dir}/started`);
    expect(await prompter(path).confirm('?', AbortSignal.abort())).toBe(false);
    expect(existsSync(join(dir, 'started'))).toBe(false);
  });
});

describe('what askpass tells', () => {
  /** What the program was told, while it runs until it is ended. */
  const showing = (path: string) => `trap 'echo ended > ${path}.end; exit 0' TERM
echo "$SSH_ASKPASS_PROMPT $1" > ${path}.tmp; mv ${path}.tmp ${path}
while :; do sleep 0.01; done`;

  it('is shown as what needs no answer, one after the other, and ended when it is over', async () => {
    const path = join(dir, 'told');
    const other = join(dir, 'told-other');
    const shared = prompter(
      program(`case "$1" in Touch*) ;; *) exec sh -c 'echo > ${other}' ;; esac\n${showing(path)}`),
    );
    const ending = new AbortController();
    const told = shared.tell!('Touch it.', ending.signal);
    await untilExists(path);
    expect(readFileSync(path, 'utf8')).toBe('none Touch it.\n');
    const second = shared.tell!('Next.', never);
    expect(existsSync(other)).toBe(false);
    ending.abort();
    expect(await told).toBe(false);
    expect(readFileSync(`${path}.end`, 'utf8')).toBe('ended\n');
    expect(await second).toBe(false);
    expect(existsSync(other)).toBe(true);
  });

  it.each([
    ['cancelled after it could be seen', 'sleep 0.6; exit 1', true],
    ['closed as one that is only told', 'sleep 0.6; exit 0', false],
    ['failing at once', 'exit 1', false],
    ['one that knows no such prompt, and prints', 'echo hunter2', false],
    ['ended by a signal', 'sleep 0.6; kill -KILL $$', false],
  ])('%s', async (_name, script, isUnwanted) => {
    expect(await prompter(program(script)).tell!('Touch it.', never)).toBe(isUnwanted);
  });

  it('is not told by a program that can’t be run, which the log says', async () => {
    expect(await prompter(join(dir, 'missing')).tell!('Touch it.', never)).toBe(false);
    expect(log).toEqual([
      expect.stringMatching(/can't be run \(no such file or directory\), so nobody is told of it\.$/),
    ]);
  });
});
