// Old programs, which send WM_COPYDATA, at an agent that its person has locked: their thread waits for the unlock.
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PipeClient } from '../agent/pipe-client.ts';
import { projectDir, windowsPath } from '../lane/paths.ts';
import {
  bundleForWindows,
  describeWindows,
  startWindows,
  type WindowsProgram,
} from '../lane/windows-program.ts';
import { answerOf, CopydataClient } from './copydata-client.ts';

const LIST = '0b';
const failure = { result: 1, length: 1, body: '05' };

interface Unlock {
  readonly isClosed: boolean;
  readonly waiting: readonly {
    readonly comment: string;
    readonly transport: string;
    readonly executable?: string;
  }[];
}

describeWindows('a program that sends WM_COPYDATA to an agent that the person has locked', () => {
  let client: CopydataClient;
  let pipes: PipeClient;
  let pipe: string;
  let agent: WindowsProgram;
  const unlocks = () => agent.ask<Unlock[]>('unlocks');
  const isLocked = async () => (await agent.ask<{ isLocked: boolean }>('state')).isLocked;
  const requestFor = (key: string) => agent.ask<{ request: string; reply: string }>('request', key);

  beforeAll(async () => {
    client = new CopydataClient();
    pipes = new PipeClient();
    const script = await bundleForWindows(join(projectDir, 'tests/wine/copydata/locked-agent.ts'), {
      'copydata-worker': join(projectDir, 'ipc/transports/copydata/copydata-worker.ts'),
    });
    agent = startWindows(script, [], { timeoutMs: 600_000 });
    agent.tellOfBadEnd('the agent');
    const started = await agent.ask<{ pipe: string }>('start');
    pipe = started.pipe;
  });

  beforeEach(() => agent.ask('lock'));

  afterAll(async () => {
    agent.kill();
    await agent.result;
  });

  /** Has a program ask for a signature, and resolves when the person is asked for the unlock. */
  async function ask(key: string) {
    const { request, reply } = await requestFor(key);
    const before = (await unlocks()).length;
    const program = client.start('ask', request);
    await expect.poll(async () => (await unlocks()).length).toBe(before + 1);
    return { program, reply };
  }

  test('waits, is named to the person, and has its signature after the unlock; others are served meanwhile', async () => {
    const { program, reply } = await ask('plain');
    const [unlock] = (await unlocks()).slice(-1);
    expect(unlock?.waiting).toEqual([
      { comment: 'plain', transport: 'copydata', executable: windowsPath(client.exe) },
    ]);
    // By the other door, and by the same one, whose window is not busy with who waits.
    expect(await pipes.askMany(pipe, LIST, 5)).toMatchObject({ answered: 5 });
    expect(await client.ask(LIST)).toMatchObject({ result: 1, body: expect.stringMatching(/^0c00000002/) });
    expect(program.output).not.toContain('result=');
    await agent.ask('answerUnlock', 'unlock');
    expect(await answerOf(program)).toMatchObject({
      result: 1,
      length: reply.length / 2,
      body: reply.slice(0, 128),
    });
    expect(await isLocked()).toBe(false);
  });

  test('waits on for the question that the key asks after the unlock, in the same call', async () => {
    const { program, reply } = await ask('confirmed');
    await agent.ask('answerUnlock', 'unlock');
    await expect.poll(() => agent.ask('confirms')).toEqual(['confirmed']);
    expect(program.output).not.toContain('result=');
    await agent.ask('answerConfirm', 'allow');
    expect(await answerOf(program)).toMatchObject({ result: 1, body: reply.slice(0, 128) });
  });

  test('waits in one question with a program at a pipe, and each has its own answer', async () => {
    const { program, reply } = await ask('plain');
    const other = pipes.askMany(pipe, (await requestFor('plain')).request, 3);
    await expect
      .poll(async () => (await unlocks()).at(-1)?.waiting.map(({ transport }) => transport))
      .toEqual(['copydata', 'own-pipe', 'own-pipe', 'own-pipe']);
    await agent.ask('answerUnlock', 'unlock');
    expect(await answerOf(program)).toMatchObject({ result: 1, body: reply.slice(0, 128) });
    expect(await other).toMatchObject({ answered: 3 });
  });

  test('that ends while it waits takes the question with it', async () => {
    const { program } = await ask('plain');
    program.kill();
    await expect.poll(async () => (await unlocks()).at(-1)?.isClosed).toBe(true);
    expect(await isLocked()).toBe(true);
    expect(await client.ask(LIST)).toMatchObject({ result: 1 });
  });

  test('is refused by “Stay locked”, and asks nobody when it comes again at once', async () => {
    const { program } = await ask('plain');
    await agent.ask('answerUnlock', 'stay-locked');
    expect(await answerOf(program)).toMatchObject(failure);
    const before = (await unlocks()).length;
    expect(await client.ask((await requestFor('plain')).request)).toMatchObject(failure);
    expect([(await unlocks()).length - before, await isLocked()]).toEqual([0, true]);
  });
});
