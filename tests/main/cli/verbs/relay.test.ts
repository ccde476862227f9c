// `sallyport relay` as a process: the agent on standard input and output.
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { frame, MessageParser } from '../../../../ipc/transports/streams/message-framing.ts';
import { AnswerCount } from '../../../../main/client/answer-count.ts';
import { InstalledCommand } from '../../../fakes/installed-command.ts';

let command: InstalledCommand;
let server: Server | undefined;
const running: ChildProcess[] = [];
let names = 0;

beforeAll(async () => {
  command = await InstalledCommand.install();
});
afterAll(() => command.remove());
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  server?.close();
  server = undefined;
});

function relay(...args: string[]) {
  const child = spawn(process.execPath, [command.cliPath, 'relay', ...args], {
    env: command.env(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.push(child);
  child.stdin.on('error', () => {});
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, stdin: child.stdin as Writable, stdout: child.stdout as Readable, ended };
}

/** A server whose connections the test serves. */
async function listen(serve: (socket: Socket) => void): Promise<string> {
  const path = join(command.dir, `relayed-${++names}`);
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
  return path;
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('sallyport relay', () => {
  it('carries the agent protocol to the agent of the environment and back', async () => {
    const agent = await command.agent();
    const { child, stdin, stdout } = relay('--to', agent.socket);
    const parser = new MessageParser();
    const answers: number[] = [];
    stdout.on('data', (chunk: Buffer) => answers.push(...parser.push(chunk).map((body) => body[0] ?? -1)));
    stdin.write(frame(Uint8Array.of(11)));
    await expect.poll(() => answers).toEqual([12]);
    stdin.write(Buffer.concat([frame(Uint8Array.of(1)), frame(Uint8Array.of(99))]));
    await expect.poll(() => answers).toEqual([12, 2, 5]);
    stdin.end();
    await expect.poll(() => child.exitCode).toBe(0);
    agent.child.kill();
    await agent.end;
  });

  it('changes no byte of megabytes in both directions', async () => {
    const sent = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 31) >> 3));
    const path = await listen((socket) => socket.pipe(socket));
    const { stdin, stdout, ended } = relay('--to', path);
    const received = readAll(stdout);
    stdin.end(sent);
    expect((await received).equals(sent)).toBe(true);
    expect(await ended).toBe(0);
  });

  it('passes on the end of the requests, and still the answers to them', async () => {
    let hasEnded = false;
    const path = await listen((socket) => {
      socket.resume().on('end', () => {
        hasEnded = true;
        setTimeout(() => socket.end('late answer'), 200);
      });
    });
    const { stdin, stdout, ended } = relay('--to', path);
    const received = readAll(stdout);
    stdin.end('request');
    expect((await received).toString()).toBe('late answer');
    expect([hasEnded, await ended]).toEqual([true, 0]);
  });

  it('ends when the agent ends the connection, though its input is open', async () => {
    const path = await listen((socket) => socket.end('last words'));
    const { stdout, ended } = relay('--to', path);
    expect((await readAll(stdout)).toString()).toBe('last words');
    expect(await ended).toBe(0);
  });

  it('ends when nobody reads its output any more', async () => {
    const path = await listen((socket) => {
      const timer = setInterval(() => socket.write('more'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const { stdout, ended } = relay('--to', path);
    await new Promise((resolve) => stdout.once('data', resolve));
    stdout.destroy();
    expect(await ended).toBe(0);
  });

  it('says with exit code 3 that there is no agent', async () => {
    const { code, stdout, stderr } = await command.run(['relay', '--to', join(command.dir, 'nothing')]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^sallyport: There is no agent at [^\n]+\n$/);
    expect((await command.run(['relay', '--to', ''])).code).toBe(2);
  });
});

describe('counting the answers that are missing', () => {
  const message = frame(Uint8Array.of(1, 2, 3));

  it('counts whole messages, whatever pieces they come in', () => {
    const count = new AnswerCount();
    for (const byte of message) count.sent(Uint8Array.of(byte));
    count.sent(Buffer.concat([message, frame(new Uint8Array(0)), message.subarray(0, 6)]));
    expect(count.missing).toBe(3);
    count.sent(message.subarray(6));
    expect(count.missing).toBe(4);
    count.received(Buffer.concat([message, message]));
    expect(count.missing).toBe(2);
  });

  it('waits until none is missing, or for as long as it may', async () => {
    const count = new AnswerCount();
    await count.complete(60_000);
    count.sent(message);
    const complete = count.complete(60_000);
    count.received(message);
    await complete;
    count.sent(message);
    await count.complete(1);
    expect(count.missing).toBe(1);
  });
});
