// Lines with text of others in them, on standard output.
import { wrapLines } from '../terminal/wrap-lines.ts';
import type { CommandIo } from './command.ts';

/**
 * As `io.print`. SECURITY: a terminal would break a long line wherever the text of others wants it to, and the rest look
 * like a line of its own; so we break it, indented. Scripts, which read no terminal, get it in one piece.
 */
export function printText(io: CommandIo, text: string): Promise<void> {
  // The last column is left free, as some terminals break the line there.
  return io.print(io.columns === undefined ? text : wrapLines(text, io.columns - 1));
}
