// Asks through a program of the person's choice, by the rules of OpenSSH's SSH_ASKPASS (ssh-add(1)).
import { type ChildProcess, spawn } from 'node:child_process';
import { inputGuardMs } from '../../text/input-guard.ts';
import { systemErrorInWords } from '../../text/system-error.ts';
import { PromptQueue } from '../agent/asking/prompt-queue.ts';
import { toError } from '../agent/protocol/errors.ts';
import type { SecretBytes } from '../keys/encoding/secret-bytes.ts';
import { AskpassAnswer } from './askpass-answer.ts';
import type { Prompter } from './prompter.ts';
import { wrapLines } from './wrap-lines.ts';

export interface AskpassOptions {
  /** A path, or a name to be looked up in PATH. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with one line when the program can't be run. */
  readonly log: (line: string) => void;
}

/** Dialogues are as wide as the longest line, up to some 65 characters. */
const dialogueColumns = 64;

/** How long a program is given to leave after SIGTERM, and its output to end after it left. */
const gracePeriodMs = 1000;

/** What SSH_ASKPASS_PROMPT says of the question; undefined: a passphrase. `none`: nothing is to be answered. */
type PromptKind = 'confirm' | 'none' | undefined;

/** Signals the program and whatever it started: it was spawned `detached`, so it leads a process group. */
function kill(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Resolves with the exit status when the program has ended and its output was read, or undefined when it was killed. */
function ended(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? undefined));
    // A grandchild may hold the pipe open; the answer is what the program itself has printed.
    child.once('exit', (code) => {
      // SECURITY: silence is consent. After a standstill of the machine timers come first, and only then what was
      // printed meanwhile: a "no" that is in the pipe already has to be read.
      const end = () => setImmediate(() => resolve(code ?? undefined));
      setTimeout(end, gracePeriodMs).unref();
    });
  });
}

function start({ program, env }: AskpassOptions, text: string, promptKind: PromptKind): ChildProcess {
  const { SSH_ASKPASS_PROMPT: _, ...cleanEnv } = env;
  return spawn(program, [wrapLines(text, dialogueColumns)], {
    env: promptKind ? { ...cleanEnv, SSH_ASKPASS_PROMPT: promptKind } : cleanEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: a script and the dialogue that it shows are ended together.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}

/** Waits for the program, and ends it when the signal is aborted; its exit status, or undefined when it was killed. */
async function awaitEnd(child: ChildProcess, signal: AbortSignal): Promise<number | undefined> {
  let forced: NodeJS.Timeout | undefined;
  const abort = () => {
    kill(child, 'SIGTERM');
    forced = setTimeout(() => kill(child, 'SIGKILL'), gracePeriodMs);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await ended(child);
  } finally {
    signal.removeEventListener('abort', abort);
    clearTimeout(forced);
  }
}

/** The program's first line if it exited with 0 and nobody ended it. */
async function awaitAnswer(child: ChildProcess, signal: AbortSignal): Promise<SecretBytes | undefined> {
  const answer = new AskpassAnswer();
  if (child.stdout) answer.readFrom(child.stdout);
  try {
    const status = await awaitEnd(child, signal);
    const line = answer.finish();
    if (status === 0 && !signal.aborted) return line;
    line?.wipe();
    return undefined;
  } finally {
    child.stdout?.destroy();
  }
}

/**
 * True when the person has cancelled what the program shows. One that fails before they can have seen it says nothing of
 * them, and one that knows no `none` may end at once and with 0.
 */
async function awaitCancel(child: ChildProcess, signal: AbortSignal): Promise<boolean> {
  const startedMs = performance.now();
  // No answer, but read, so that it does not block; a program that knows no `none` may have asked for a passphrase.
  child.stdout?.on('error', () => {}).on('data', (chunk: Buffer) => chunk.fill(0));
  const status = await awaitEnd(child, signal);
  const isSeen = performance.now() - startedMs >= inputGuardMs;
  return status !== undefined && status !== 0 && isSeen && !signal.aborted;
}

const whyNot = ({ program }: AskpassOptions, error: unknown): string => {
  const { code }: NodeJS.ErrnoException = toError(error);
  return `the askpass program ${program} can't be run (${systemErrorInWords(code)})`;
};

async function run(
  options: AskpassOptions,
  text: string,
  promptKind: PromptKind,
  signal: AbortSignal,
): Promise<{ readonly line?: SecretBytes | undefined; readonly whyNobody?: string }> {
  if (signal.aborted) return {};
  try {
    return { line: await awaitAnswer(start(options, text, promptKind), signal) };
  } catch (error: unknown) {
    const why = whyNot(options, error);
    options.log(`T${why.slice(1)}, so the request is refused.`);
    return { whyNobody: `nobody could be asked: ${why}` };
  }
}

/** A prompter that runs `program` with the text as its only argument. */
export function createAskpassPrompter(options: AskpassOptions): Prompter {
  let whyNobody: string | undefined;
  const told = new PromptQueue();
  const ask = async (text: string, promptKind: PromptKind, signal: AbortSignal) => {
    const ran = await run(options, text, promptKind, signal);
    whyNobody = ran.whyNobody;
    return ran.line;
  };
  return {
    async confirm(text, signal) {
      const answer = await ask(text, 'confirm', signal);
      if (!answer) return false;
      // OpenSSH's rule: a dialogue with only an OK button prints nothing.
      const consent = /^(yes)?$/i.test(Buffer.from(answer.bytes).toString('latin1'));
      answer.wipe();
      return consent;
    },
    askPassphrase: (text, signal) => ask(text, undefined, signal),
    // One at a time, however many there are.
    tell: (text, signal) =>
      told
        .run(signal, () => awaitCancel(start(options, text, 'none'), signal))
        .catch((error: unknown) => {
          if (!signal.aborted) options.log(`T${whyNot(options, error).slice(1)}, so nobody is told of it.`);
          return false;
        }),
    whyNobody: () => whyNobody,
  };
}
