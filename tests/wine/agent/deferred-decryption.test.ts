// The built agent keeps keys encrypted and asks for the passphrase, while clients at both doors wait or go on.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerOf, CopydataClient } from '../copydata/copydata-client.ts';
import type { Answers } from '../lane/answers.ts';
import { boundMs, clients, described, expectUndelayed, type Rounds, roundsFor } from '../lane/rounds.ts';
import { describeWindows, type WindowsProgram } from '../lane/windows-program.ts';
import { Askpass } from './askpass.ts';
import { LIST, listedKeys, signRequestFor, untilKeysAre } from './listed-keys.ts';
import { PipeClient } from './pipe-client.ts';
import {
  type AgentOnWindows,
  keyPath,
  runSallyport,
  runSallyportOk,
  startAgent,
  stopAgent,
} from './windows-command.ts';

const opensshPipe = '\\\\.\\pipe\\openssh-ssh-agent';
const FAILURE = { result: 1, length: 1, body: '05' };
const SIGNED = { result: 1, body: expect.stringMatching(/^0e/) };
const waitMs = 60_000;
/** Single rounds may be held up by other work of the machine, but never for long. */
const limits = { medianMs: boundMs, lateShare: 0.02, worstMs: 3_000 };

interface Door {
  readonly name: string;
  readonly status: string;
  readonly heldBy?: { readonly pid: number };
}

async function doorsOf(): Promise<Door[]> {
  return JSON.parse((await runSallyport(['doors', '--json'])).output) as Door[];
}

const statusOf = async (name: string) => (await doorsOf()).find((door) => door.name === name)?.status;

describeWindows('keys that the built agent keeps encrypted', () => {
  let agent: AgentOnWindows;
  let askpass: Askpass;
  let old: CopydataClient;
  let pipes: PipeClient;
  let holder: WindowsProgram;

  beforeAll(async () => {
    askpass = new Askpass();
    old = new CopydataClient();
    pipes = new PipeClient();
    holder = pipes.start('hold', opensshPipe);
    await holder.waitForOutput(/holding/);
    const keys = ['p256', 'p384', 'p521', 'ed25519'].map((name) => keyPath(`${name}.ppk-argon2id`));
    const args = ['--encrypted', '--askpass', askpass.program, ...keys];
    agent = await startAgent([...args, keyPath('pageant-p256.ppk')], { env: askpass.env });
    await untilKeysAre(5);
  });

  afterAll(async () => {
    holder.kill();
    await stopAgent(agent);
  });

  /** Clients that list, and that sign, at both doors, one round after another. */
  const askAtBothDoors = (forMs: number, signRequest: string) =>
    roundsFor(forMs, async () => {
      const rounds: Answers[] = [];
      for (const request of [LIST, signRequest])
        rounds.push(
          await old.askMany(request, '--threads', String(clients)),
          await pipes.askMany(agent.authSock, request, clients),
        );
      return rounds;
    });

  test('let others list and sign through both doors within 100 ms while a WM_COPYDATA client and one at the pipe wait a minute for a passphrase; meanwhile a door that was taken opens', {
    timeout: waitMs + 240_000,
  }, async () => {
    const kept = (await listedKeys()).map(({ keptAs }) => keptAs);
    expect(kept.sort()).toEqual(['clear', 'encrypted', 'encrypted', 'encrypted', 'encrypted']);
    expect((await doorsOf()).find(({ name }) => name === 'openssh-pipe')).toMatchObject({
      status: 'degraded',
      heldBy: { pid: expect.any(Number) },
    });
    holder.kill();
    const free = await signRequestFor('enc ecdsa 256');
    const locked = await signRequestFor('p256 comment');
    const before = await askAtBothDoors(5_000, free);

    const atWindow = old.start('ask', locked);
    const question = await askpass.next();
    const atPipe = pipes.start('many', agent.authSock, locked, '1');
    let meanwhile: Rounds;
    try {
      expect(question.text).toContain('p256 comment');
      meanwhile = await askAtBothDoors(waitMs, free);
      expect(askpass.unseen).toEqual([]);
      expect(await statusOf('openssh-pipe')).toBe('listening');
    } finally {
      question.answer('pass phrase');
    }
    const answer = await answerOf(atWindow);
    expect(answer).toMatchObject(SIGNED);
    expect(answer.ms).toBeGreaterThan(waitMs);
    expect((await atPipe.result).output).toContain('answered=1 ');
    const after = await askAtBothDoors(5_000, free);
    process.stderr.write(
      `waited ${answer.ms} ms, meanwhile ${described(meanwhile)}; before ${described(before)}; after ${described(after)}\n`,
    );
    expectUndelayed(meanwhile, [before, after], limits);
  });

  test.each([
    ['window', 'copydata'],
    ['pipe', 'own-pipe'],
  ])(
    'are asked for no longer, nor said to be allowed, when the only client, at the %s, is killed',
    async (door, transport) => {
      const request = await signRequestFor('p384 comment');
      const waiting =
        door === 'window' ? old.start('ask', request) : pipes.start('many', agent.authSock, request, '1');
      const question = await askpass.next();
      waiting.kill();
      await question.closed();
      const latest = async () => JSON.parse(await runSallyportOk('log', '--json', '--limit', '1'));
      await expect.poll(latest).toMatchObject({
        key: { comment: 'p384 comment' },
        requester: { transport },
        answer: 'failed',
        reason: 'The client has gone.',
      });
      expect((await old.askMany(LIST)).answered).toBe(1);
    },
  );

  test('stay so when the person cancels, and the client is refused', async () => {
    const waiting = old.start('ask', await signRequestFor('p384 comment'));
    (await askpass.next()).cancel();
    expect(await answerOf(waiting)).toMatchObject(FAILURE);
    expect(askpass.unseen).toEqual([]);
    expect((await listedKeys()).find(({ comment }) => comment === 'p384 comment')?.keptAs).toBe('encrypted');
  });

  test('are asked for on and signed with after the window of older programs was ended by force', async () => {
    const request = await signRequestFor('p521 comment');
    const busy = await old.frontThread();
    const waiting = old.start('ask', request);
    const question = await askpass.next();
    // Once the window with the waiting client has stepped back, the one that is ended is another's.
    await expect.poll(() => old.frontThread()).not.toBe(busy);
    const ended = await old.frontThread();
    await old.run('quit');
    await expect.poll(() => old.frontThread()).not.toBeOneOf(['', busy, ended]);
    expect((await old.askMany(LIST)).answered).toBe(1);
    question.answer('pass phrase');
    expect(await answerOf(waiting)).toMatchObject(SIGNED);
    await expect.poll(() => statusOf('copydata')).toBe('listening');
  });

  test('say that a passphrase was wrong, and take the right one', async () => {
    const waiting = old.start('ask', await signRequestFor('ed25519 comment'));
    (await askpass.next()).answer('wrong');
    const again = await askpass.next();
    expect(again.text).toMatch(/^That passphrase does not open this key/);
    again.answer('pass phrase');
    expect(await answerOf(waiting)).toMatchObject(SIGNED);
  });
});
