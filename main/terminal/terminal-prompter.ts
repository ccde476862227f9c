// Asks on the terminal that the program was started from. Only a typed "yes" is consent.
import { PromptQueue } from '../agent/asking/prompt-queue.ts';
import { unlessAborted } from '../basics/waiting.ts';
import type { SecretBytes } from '../keys/encoding/secret-bytes.ts';
import { LineEditor } from './line-editor.ts';
import type { OpenTerminal, Terminal } from './open-terminal.ts';
import type { Prompter } from './prompter.ts';
import { wrapLines } from './wrap-lines.ts';

/**
 * SECURITY: what was typed before the question was on the screen is no answer to it. The terminal hands such
 * bytes over as soon as it is read, so they are thrown away for this long before the text is shown.
 */
const typedAheadMs = 100;

/** Reads a line without echo. `cancelled` is also when the terminal went away or the signal was aborted. */
function readLine(
  terminal: Terminal,
  signal: AbortSignal,
): Promise<SecretBytes | 'cancelled' | 'interrupted'> {
  const editor = new LineEditor();
  return unlessAborted(signal, (resolve) => {
    const finish = (line: SecretBytes | 'cancelled' | 'interrupted') => {
      stopReading();
      editor.wipe();
      resolve(line);
    };
    const stopReading = terminal.read((typed) => {
      const state = typed ? editor.type(typed) : 'cancelled';
      typed?.fill(0);
      if (state === 'entered') finish(editor.line());
      if (state === 'cancelled' || state === 'interrupted') finish(state);
    });
    return () => finish('cancelled');
  });
}

const ctrlC = 0x03;

/** Shows the text until the signal is aborted, or the person interrupts: then true. What else they type answers nothing. */
async function show(open: OpenTerminal, text: string, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  const terminal = open();
  if (!terminal) return false;
  try {
    terminal.write(`${wrapLines(text, terminal.columns)}\n`);
    return await unlessAborted<boolean>(signal, (resolve) => {
      const finish = (isInterrupted: boolean) => {
        stopReading();
        resolve(isInterrupted);
      };
      const stopReading = terminal.read((typed) => {
        const isInterrupted = typed?.includes(ctrlC) ?? false;
        typed?.fill(0);
        if (isInterrupted || typed === undefined) finish(isInterrupted);
      });
      return () => finish(false);
    });
  } finally {
    terminal.close();
  }
}

async function discardTypedAhead(terminal: Terminal): Promise<void> {
  const stopReading = terminal.read((typed) => typed?.fill(0));
  await new Promise((resolve) => setTimeout(resolve, typedAheadMs));
  stopReading();
}

async function converse(
  open: OpenTerminal,
  text: string,
  signal: AbortSignal,
): Promise<SecretBytes | 'cancelled' | 'interrupted'> {
  if (signal.aborted) return 'cancelled';
  const terminal = open();
  if (!terminal) return 'cancelled';
  try {
    await discardTypedAhead(terminal);
    if (signal.aborted) return 'cancelled';
    terminal.write(`${wrapLines(text, terminal.columns)} `);
    const line = await readLine(terminal, signal);
    terminal.write(signal.aborted ? '\n(No answer is needed any more.)\n' : '\n');
    return line;
  } finally {
    terminal.close();
  }
}

/**
 * A prompter over `open`; questions that come together wait for each other, for there is one terminal. Ctrl-C is a
 * "no", and `onInterrupt` is told of it when the terminal is as it was.
 */
export function createTerminalPrompter(open: OpenTerminal, onInterrupt?: () => void): Prompter {
  const queue = new PromptQueue();
  /** Of what is told now, whose turn ends when anybody comes. */
  let told = new AbortController();
  const ask = async (text: string, signal: AbortSignal): Promise<SecretBytes | undefined> => {
    told.abort();
    const line = await queue
      .run(
        signal,
        () => converse(open, text, signal),
        () => true,
      )
      .catch(() => 'cancelled' as const);
    if (line === 'interrupted') onInterrupt?.();
    return typeof line === 'string' ? undefined : line;
  };
  return {
    async confirm(text, signal) {
      const line = await ask(`${text}\nType "yes" to allow, anything else to refuse:`, signal);
      const consent =
        line !== undefined && Buffer.from(line.bytes).toString('latin1').trim().toLowerCase() === 'yes';
      line?.wipe();
      return consent;
    },
    askPassphrase: ask,
    async tell(text, signal) {
      // The last that comes is the one that Ctrl-C is for, and then again the one before.
      told.abort();
      for (;;) {
        let turn: AbortController | undefined;
        const isUnwanted = await queue
          .run(signal, () => {
            turn = new AbortController();
            told = turn;
            const until = AbortSignal.any([signal, turn.signal]);
            return show(open, `${text}\nCtrl-C cancels the signature.`, until);
          })
          .catch(() => false);
        // Without a turn that had to end there is nobody to tell.
        if (isUnwanted || signal.aborted || !turn?.signal.aborted) return isUnwanted;
      }
    },
  };
}
