// The controlling terminal in raw mode: /dev/tty, or the console on Windows. Never stops the process.
import { closeSync, openSync, writeSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { isForegroundTerminal } from '../../ipc/posix/processes/terminal-foreground.ts';

export interface Terminal {
  /** What fits on a line. */
  readonly columns: number;
  write(text: string): void;
  /** Calls back with what is typed, unechoed, and with undefined when the terminal is gone; returns the way to stop. */
  read(listener: (typed: Uint8Array | undefined) => void): () => void;
  /** Gives the terminal back as it was. */
  close(): void;
}

/** Opens the terminal, or answers undefined when there is none or it is not ours to use now. */
export type OpenTerminal = () => Terminal | undefined;

const columnsIfUnknown = 61;

const isWindows = process.platform === 'win32';
const inputPath = isWindows ? '\\\\.\\CONIN$' : '/dev/tty';
const outputPath = isWindows ? '\\\\.\\CONOUT$' : '/dev/tty';

function openPath(path: string, flags: 'r+'): number | undefined {
  try {
    return openSync(path, flags);
  } catch {
    return undefined;
  }
}

/**
 * Of the screen that the terminal writes to, wherever standard output leads. SECURITY: of a narrower one the lines would
 * be broken where the text of others wants it to.
 */
function columnsOfScreen(): number {
  const fd = openPath(outputPath, 'r+');
  if (fd === undefined) return columnsIfUnknown;
  try {
    const screen = new WriteStream(fd);
    screen.destroy();
    // 0 on a terminal that was never told its size.
    return screen.columns || columnsIfUnknown;
  } catch {
    closeSync(fd);
    return columnsIfUnknown;
  }
}

/** A background job that changes or reads its terminal is stopped by SIGTTOU or SIGTTIN (tcsetattr(3)). */
function isOurs(fd: number): boolean {
  return isWindows || isForegroundTerminal(fd);
}

function wrap(inputFd: number, outputFd: number): Terminal {
  const input = new ReadStream(inputFd);
  input.setRawMode(true);
  // Errors and the end arrive through `read`; before and after nobody cares.
  input.on('error', () => {});
  // SECURITY: a shell sets its own modes while we are stopped, and what is typed from then on would be echoed.
  const hideAgain = () => {
    if (!isOurs(inputFd)) return;
    // Node sets only what it believes to be a change.
    input.setRawMode(false);
    input.setRawMode(true);
  };
  process.on('SIGCONT', hideAgain);
  return {
    // The last one is left free, as some break the line there.
    columns: columnsOfScreen() - 1,
    write(text) {
      // Raw mode turns output processing off on some systems, so that a line feed alone does not return.
      try {
        writeSync(outputFd, text.replaceAll('\n', '\r\n'));
      } catch {
        // The terminal has gone; reading notices and cancels.
      }
    },
    read(listener) {
      const gone = () => listener(undefined);
      // Paused by whoever read before; a new listener alone does not start it again.
      input.on('data', listener).once('end', gone).once('error', gone).resume();
      return () => {
        input.off('data', listener).off('end', gone).off('error', gone).pause();
      };
    },
    close() {
      process.off('SIGCONT', hideAgain);
      // Became a background job meanwhile: the shell sets the modes that it wants when it takes the terminal.
      if (isOurs(inputFd)) input.setRawMode(false);
      if (outputFd !== inputFd) closeSync(outputFd);
      input.destroy();
    },
  };
}

/** Whether this process has a terminal at all; it may still belong to another job when it is needed. */
export function terminalExists(): boolean {
  const fd = openPath(inputPath, 'r+');
  if (fd !== undefined) closeSync(fd);
  return fd !== undefined;
}

/** The terminal of this process, wherever standard input and output go. */
export const openTerminal: OpenTerminal = () => {
  const inputFd = openPath(inputPath, 'r+');
  if (inputFd === undefined) return undefined;
  const outputFd = isWindows ? openPath(outputPath, 'r+') : inputFd;
  if (outputFd === undefined || !isOurs(inputFd)) {
    closeSync(inputFd);
    return undefined;
  }
  return wrap(inputFd, outputFd);
};

/** Whether the terminal's keys (Ctrl-C) send their signals to this process. */
export function isForegroundJob(): boolean {
  const fd = openPath(inputPath, 'r+');
  if (fd === undefined) return false;
  try {
    return isOurs(fd);
  } finally {
    closeSync(fd);
  }
}
