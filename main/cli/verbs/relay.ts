// `sallyport relay`: the agent on standard input and output, for a program elsewhere that can start one here (WSL).
import type { Socket } from 'node:net';
import { systemErrorInWords } from '../../../text/system-error.ts';
import { openAgentSocket } from '../../client/agent-socket.ts';
import { AnswerCount } from '../../client/answer-count.ts';
import { agentAddress } from '../../client/find/agent-address.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from '../parts/command.ts';

/** How long after the end of our input a pipe is kept for answers that are on their way. */
const lastAnswersMs = 2000;

/** Writes everything that can be read; chunks may hold keys that are being added, and are zeroed once written. */
async function pump(
  from: NodeJS.ReadableStream,
  to: NodeJS.WritableStream,
  see: (chunk: Buffer) => void,
): Promise<void> {
  for await (const chunk of from as AsyncIterable<Buffer>) {
    see(chunk);
    await new Promise<void>((resolve, reject) => {
      to.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    chunk.fill(0);
  }
}

/**
 * Tells the agent that no more requests come. A Unix socket can be closed for writing alone. A pipe can't: ending it
 * ends the answers, too, so those to what was asked are waited for first.
 */
async function endRequests(socket: Socket, answers: AnswerCount): Promise<void> {
  if (process.platform === 'win32') await answers.complete(lastAnswersMs);
  socket.end();
}

/** Resolves when the agent has ended the connection, or nobody reads our output any more. */
async function relay(socket: Socket): Promise<void> {
  const answers = new AnswerCount();
  const input = pump(process.stdin, socket, (chunk) => answers.sent(chunk))
    .catch(() => {})
    .then(() => endRequests(socket, answers));
  // It may wait for ever for a program that neither writes nor ends.
  input.catch(() => {});
  await pump(socket, process.stdout, (chunk) => answers.received(chunk));
}

async function targetAddress(to: string | undefined, { env }: CommandIo): Promise<string> {
  if (to === '') throw new UsageError('--to takes the path of a socket or the name of a pipe.');
  return to ?? (await agentAddress(env));
}

export const relayCommand: Command = {
  name: 'relay',
  usage: '[--to ADDRESS]',
  summary: 'connect standard input and output to the agent',
  help: `Carries the agent protocol, byte for byte, between a program that has this one's standard
input and output and the agent. Ends when either side does. For WSL: "sallyport config wsl".

  --to ADDRESS  a socket, or a pipe of Windows; default as for all verbs`,
  async run(args, io) {
    const { values } = parseArguments({ args: [...args], options: { to: { type: 'string' } } });
    const socket = await openAgentSocket(await targetAddress(values.to, io), true);
    socket.on('error', () => {});
    try {
      await relay(socket);
    } catch (error: unknown) {
      const { code }: NodeJS.ErrnoException = error as Error;
      // Whoever has read our output has left: that is an end like any other.
      if (code !== 'EPIPE' && code !== 'EOF' && code !== 'ERR_STREAM_PREMATURE_CLOSE')
        throw new CommandError(`The connection to the agent broke (${systemErrorInWords(code)}).`);
    } finally {
      socket.destroy();
    }
    return exitCode.ok;
  },
};
