// `sallyport agent` on Windows: what it opens, what it tells, and how it lives beside other agents.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { parseCygwinSocketFile } from '../../../ipc/transports/cygwin/cygwin-socket-file.ts';
import { frame } from '../../../ipc/transports/streams/message-framing.ts';
import { inlineCryptoOffload } from '../../../main/crypto-worker/inline-crypto-offload.ts';
import { WireWriter } from '../../../main/keys/encoding/wire.ts';
import { generateKey } from '../../../main/keys/files/generate-key.ts';
import { writePpkFile } from '../../../main/keys/files/ppk/write-ppk-file.ts';
import { sid, testHost } from '../../fakes/host-session.ts';
import { CopydataClient } from '../copydata/copydata-client.ts';
import { windowsPath } from '../lane/paths.ts';
import { boundMs, clients, expectUndelayed, roundsFor } from '../lane/rounds.ts';
import {
  closedPath,
  describeWindows,
  laneWorkDir,
  nodeExe,
  runWindowsExe,
  type WindowsProgram,
} from '../lane/windows-program.ts';
import { Askpass } from './askpass.ts';
import { LIST, listedKeys, signRequestFor, untilKeysAre } from './listed-keys.ts';
import { PipeClient } from './pipe-client.ts';
import {
  type AgentOnWindows,
  cliPath,
  keyPath,
  runSallyport,
  runSallyportOk,
  startAgent,
  stopAgent,
} from './windows-command.ts';

const opensshPipe = '\\\\.\\pipe\\openssh-ssh-agent';
const ownPipe = /^\\\\\.\\pipe\\sallyport\.S-1-5-21-[\d-]+$/;

interface Door {
  readonly name: string;
  readonly status: string;
  readonly address?: string;
  readonly reason?: string;
  readonly heldBy?: { readonly pid: number; readonly executable?: string };
}

/** A line of the log. */
interface Use {
  readonly answer: string;
  readonly requester: {
    readonly transport: string;
    readonly problem?: string;
    readonly process?: {
      readonly executable?: string;
      readonly parents: readonly { readonly executable?: string }[];
    };
  };
}

async function doors(): Promise<Door[]> {
  return JSON.parse((await runSallyport(['doors', '--json'])).output) as Door[];
}

const commentsOf = async () => (await listedKeys()).map(({ comment }) => comment);

describeWindows('sallyport agent on Windows', () => {
  let pipes: PipeClient;
  let old: CopydataClient;
  const running: WindowsProgram[] = [];

  beforeAll(() => {
    pipes = new PipeClient();
    old = new CopydataClient();
  });

  afterEach(async () => {
    for (const program of running.splice(0)) {
      program.kill();
      await program.result;
    }
  });

  /** Ended with the test, should that fail. */
  async function start(...args: Parameters<typeof startAgent>): Promise<AgentOnWindows> {
    const agent = await startAgent(...args);
    running.push(agent.program);
    return agent;
  }

  test('opens its four doors, tells the pipe for OpenSSH’s programs, and signs', async () => {
    const agent = await start([keyPath('ed25519.openssh')]);
    expect(agent.authSock).toMatch(ownPipe);
    expect((await doors()).map(({ name, status }) => `${name} ${status}`)).toEqual([
      'pageant-pipe listening',
      'copydata listening',
      'openssh-pipe listening',
      'own-pipe listening',
    ]);
    await untilKeysAre(1);
    expect(await runSallyportOk('test-sign', 'ed25519 comment')).toMatch(/^ok: .* ssh-ed25519 verified\n$/);
    expect(await runSallyportOk('config', 'openssh')).toContain(
      `IdentityAgent "${agent.authSock.replaceAll('\\', '/')}"\n`,
    );
    await stopAgent(agent);
    expect((await runSallyport(['list'])).errorOutput).toContain(
      'No agent is running: there is none of its pipes.',
    );
  });

  test('is found by client verbs at OpenSSH’s and Pageant’s pipes, too', async () => {
    for (const door of ['openssh-pipe', 'pageant-pipe']) {
      const agent = await start(['--doors', door, keyPath('ed25519.openssh')]);
      await untilKeysAre(1);
      await stopAgent(agent);
    }
  });

  test('becomes the client of an agent that has Pageant’s pipe, and adds its keys there', async () => {
    const first = await start();
    const { exitCode, output, errorOutput } = await runSallyport(['agent', keyPath('p256.openssh')]);
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: '' });
    expect(errorOutput).toMatch(/An agent is running already: .*node\.exe \(process \d+\)\. It is used/);
    expect(await commentsOf()).toEqual(['p256 comment']);
    expect((await runSallyport(['agent', keyPath('no-such-key')])).exitCode).toBe(1);
    await stopAgent(first);
  });

  test('looks for the window of a Pageant that is just starting when that has started', async () => {
    const started = join(laneWorkDir(), 'pageant-beside-agent');
    const pageant = pipes.start('lock', `Local\\pageant-mutex.${userInfo().username}`, windowsPath(started));
    running.push(pageant);
    await pageant.waitForOutput(/locked/);
    const starting = start(['--doors', 'copydata,openssh-pipe']);
    // The other door waits for nobody.
    await expect.poll(() => pipes.run('look', opensshPipe)).toBe('error 0\n');
    const window = old.start('impostor');
    running.push(window);
    await window.waitForOutput(/window=1/);
    writeFileSync(started, '');
    const agent = await starting;
    const taken = {
      status: 'degraded',
      heldBy: { executable: expect.stringMatching(/copydata-client-.*\.exe$/) },
    };
    expect(await doors()).toMatchObject([taken, { status: 'listening' }]);
    await stopAgent(agent);
  });

  test('says so when there is such an agent and nothing to add', async () => {
    const first = await start();
    const { exitCode, output, errorOutput } = await runSallyport(['agent']);
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: '' });
    expect(errorOutput).toMatch(
      /An agent is running already: .*node\.exe \(process \d+\) has Pageant’s pipe\. Quit it/,
    );
    await stopAgent(first);
  });

  test('runs beside such an agent with other doors', async () => {
    const first = await start(['--doors', 'pageant-pipe,copydata']);
    const second = await start(['--doors', 'own-pipe,openssh-pipe', keyPath('ed25519.openssh')]);
    expect((await doors()).map(({ name }) => name)).toEqual(['own-pipe', 'openssh-pipe']);
    await stopAgent(second);
    await stopAgent(first);
  });

  test('goes on without a door that another program has, and names that program', async () => {
    const holder = pipes.start('hold', opensshPipe);
    running.push(holder);
    const [, pid] = await holder.waitForOutput(/holding as (\d+)/);
    const agent = await start();
    const degraded = (await doors()).filter(({ status }) => status === 'degraded');
    expect(degraded).toMatchObject([{ name: 'openssh-pipe', heldBy: { pid: Number(pid) } }]);
    expect(degraded[0]?.heldBy?.executable).toMatch(/pipe-client-.*\.exe$/);
    expect(agent.program.errorOutput).toContain('The door openssh-pipe is not open. ');
    await stopAgent(agent);
  });

  test.each([
    ['usable-keys-only', 1],
    ['off', 0],
  ])('serves older programs as --legacy-clients %s says', async (choice, answered) => {
    const agent = await start(['--legacy-clients', choice]);
    expect((await doors()).some(({ name }) => name === 'copydata')).toBe(answered === 1);
    if (answered === 1) expect((await old.askMany(LIST)).answered).toBe(answered);
    else expect(await old.run('find')).toContain('no window');
    await stopAgent(agent);
  });

  test('shows keys that would need a person to newer programs only, where older ones may not ask', async () => {
    const args = ['--legacy-clients', 'usable-keys-only', '--encrypted'];
    const agent = await start([...args, keyPath('p256.ppk-argon2id'), keyPath('ed25519.openssh')]);
    await untilKeysAre(2);
    // The answer's type, then how many keys.
    expect((await old.ask(LIST)).body).toMatch(/^0c00000001/);
    await stopAgent(agent);
  });

  test('stays in the background, and ends there at the person’s word, also while it is locked', async () => {
    const { exitCode, output } = await runSallyport(['agent', '--background', keyPath('ed25519.openssh')]);
    expect(exitCode).toBe(0);
    expect(output).toMatch(
      /^SSH_AUTH_SOCK='\\\\\.\\pipe\\sallyport\.[^']*'; export SSH_AUTH_SOCK;\r?\nSSH_AGENT_PID=\d+; /,
    );
    expect(await commentsOf()).toEqual(['ed25519 comment']);
    const askpass = new Askpass();
    const env = { ...askpass.env, SSH_ASKPASS: askpass.program, SSH_ASKPASS_REQUIRE: 'force' };
    const locking = runSallyport(['lock'], { env });
    (await askpass.next()).answer('word');
    (await askpass.next()).answer('word');
    expect((await locking).exitCode).toBe(0);
    expect(await commentsOf()).toEqual([]);
    expect(await runSallyportOk('agent', '--stop')).toBe('unset SSH_AUTH_SOCK;\nunset SSH_AGENT_PID;\n');
    expect((await runSallyport(['agent', '--stop'])).exitCode).toBe(3);
  });

  test('takes its Cygwin socket and its line for ssh away when it ends', async () => {
    const socket = closedPath('ends.sock');
    const config = join(laneWorkDir(), 'ends.config');
    const agent = await start([
      ...['--doors', `own-pipe,cygwin=${socket.windows}`, '--openssh-config', windowsPath(config)],
    ]);
    expect(existsSync(socket.unix)).toBe(true);
    expect(readFileSync(config, 'utf8')).toBe(`IdentityAgent "${agent.authSock.replaceAll('\\', '/')}"\n`);
    await stopAgent(agent);
    expect(existsSync(socket.unix)).toBe(false);
    expect(readFileSync(config, 'utf8')).toBe('');
  });

  test('lets clients in at its pipes while others without the secret come to the Cygwin socket', async () => {
    const socket = closedPath('crowded.sock');
    const agent = await start(['--doors', `own-pipe,cygwin=${socket.windows}`, keyPath('ed25519.openssh')]);
    await untilKeysAre(1);
    const { port } = parseCygwinSocketFile(readFileSync(socket.unix, 'latin1'))!;
    const list = () => roundsFor(1000, async () => [await pipes.askMany(agent.authSock, LIST, clients)]);
    const before = await list();
    const strangers = new Set<Socket>();
    const comeAgain = (first?: Uint8Array) => {
      const stranger = connect(port, '127.0.0.1').on('error', () => {});
      strangers.add(stranger);
      if (first) stranger.write(first);
      stranger.resume().once('close', () => {
        if (strangers.delete(stranger)) comeAgain(first);
      });
    };
    for (let count = 0; count < 100; count++) comeAgain();
    for (let count = 0; count < 4; count++) comeAgain(new Uint8Array(16));
    const meanwhile = await list();
    for (const stranger of [...strangers]) {
      strangers.delete(stranger);
      stranger.destroy();
    }
    // The strangers keep the machine itself busy; who had to wait for them had to for more than a minute.
    expectUndelayed(meanwhile, [before, await list()], { medianMs: 30 * boundMs });
    await stopAgent(agent);
  });

  test('puts no Cygwin socket where others may replace a directory above it, and says which', async () => {
    const parent = closedPath('open-to-others');
    const dir = closedPath('open-to-others/sockets');
    mkdirSync(dir.unix, { recursive: true });
    chmodSync(parent.unix, 0o777);
    const agent = await start(['--doors', `own-pipe,cygwin=${dir.windows}\\s.sock`]);
    expect(await doors()).toMatchObject([
      { name: 'own-pipe', status: 'listening' },
      {
        name: 'cygwin-socket',
        status: 'degraded',
        reason: `Other users (Everyone) may replace what is in the directory ${parent.windows}, so also the agent’s socket file.`,
      },
    ]);
    expect(readdirSync(dir.unix)).toEqual([]);
    await stopAgent(agent);
  });

  test('knows who asked, 20 of 20 times, when the client ends the moment it has its signature', async () => {
    const agent = await start(['--no-prompt', keyPath('ed25519.openssh')]);
    await untilKeysAre(1);
    const request = await signRequestFor('ed25519 comment');
    const batch = join(laneWorkDir(), 'ended-clients.bat');
    const [byPipe, byMessage] = [windowsPath(pipes.exe), windowsPath(old.exe)];
    const tenTimes = (client: string) => `@for /l %%i in (1,1,10) do @${client}\r\n`;
    writeFileSync(
      batch,
      tenTimes(`"${byPipe}" ask-and-end ${agent.authSock} ${request}`) +
        tenTimes(`"${byMessage}" ask ${request} --end-at-once`),
    );
    await runWindowsExe('cmd', ['/c', windowsPath(batch)]);
    const lines = (await runSallyportOk('log', '--json', '--limit', '20')).trim().split('\n');
    const uses = lines.map((line) => JSON.parse(line) as Use);
    const seen = uses.map(({ answer, requester: { transport, process } }) =>
      [answer, transport, process?.executable].join(' '),
    );
    expect(seen.sort()).toEqual([
      ...Array(10).fill(`allowed copydata ${byMessage}`),
      ...Array(10).fill(`allowed own-pipe ${byPipe}`),
    ]);
    for (const { requester } of uses)
      expect(requester.process?.parents[0]?.executable).toMatch(/\\cmd\.exe$/i);
    await stopAgent(agent);
  });

  test('refuses an older program’s session-bind, and says of what it sends from then on that it may be forwarded', async () => {
    const agent = await start(['--no-prompt', keyPath('ed25519.openssh')]);
    await untilKeysAre(1);
    const request = await signRequestFor('ed25519 comment');
    const bind = new WireWriter().byte(27).text('session-bind@openssh.com').finish();
    const forwarded = Buffer.concat([bind, testHost().bind(sid(1), true)]).toString('hex');
    const typesOfAnswers = async (...args: string[]) =>
      [...(await old.run('ask', ...args)).matchAll(/result=1 .* body=(..)/g)].map(([, type]) => type);
    const [extensionFailure, signResponse] = ['1c', '0e'];
    expect(await typesOfAnswers(forwarded, '--then', request)).toEqual([extensionFailure, signResponse]);
    // Another process of the same program, which has passed on nothing.
    expect(await typesOfAnswers(request)).toEqual([signResponse]);
    const lines = (await runSallyportOk('log', '--json', '--limit', '2')).trim().split('\n');
    const uses = lines.map((line) => JSON.parse(line) as Use);
    expect(uses.map(({ requester: { transport, problem } }) => [transport, problem])).toEqual([
      ['copydata', 'may-be-forwarded'],
      ['copydata', undefined],
    ]);
    await stopAgent(agent);
  });

  test('opens a PPK whose passphrase PuTTY has written in the code page', async () => {
    const dir = join(laneWorkDir(), 'code-page');
    mkdirSync(dir);
    const fields = await generateKey({ kind: 'ed25519' }, inlineCryptoOffload);
    const passphrase = Uint8Array.from([0x67, 0x72, 0xfc, 0x6e]);
    const file = await writePpkFile({ fields, comment: 'umlaut', passphrase }, inlineCryptoOffload);
    writeFileSync(join(dir, 'umlaut.ppk'), file.bytes);
    const askpass = new Askpass();
    const path = windowsPath(join(dir, 'umlaut.ppk'));
    const agent = await start(['--askpass', askpass.program, path], { env: askpass.env });
    (await askpass.next()).answer('grün');
    await untilKeysAre(1);
    expect(await commentsOf()).toEqual(['umlaut']);
    await stopAgent(agent);
  });

  test('starts and signs with --restrict-acl', async () => {
    const agent = await start(['--restrict-acl', keyPath('ed25519.openssh')]);
    await untilKeysAre(1);
    expect(await runSallyportOk('test-sign', 'ed25519 comment')).toMatch(/^ok: /);
    await stopAgent(agent);
  });

  test.each([
    ['another user', () => 'O:BUD:(A;;GA;;;WD)'],
    ['a program of lower integrity', (user: string) => `O:${user}D:P(A;;GRGW;;;${user})S:(ML;;NW;;;LW)`],
  ])('sends nothing to a pipe of its name that belongs to %s', async (whom, sddl) => {
    const agent = await start();
    await stopAgent(agent);
    const [user = ''] = /S-1-5-21-[\d-]+/.exec(agent.authSock) ?? [];
    const thief = pipes.start('hold-as', agent.authSock, sddl(user));
    running.push(thief);
    await thief.waitForOutput(/holding/);
    const { exitCode, errorOutput } = await runSallyport(['add', keyPath('ed25519.openssh')]);
    expect(exitCode).toBe(3);
    expect(errorOutput).toContain(`belongs to ${whom}, so nothing was sent there`);
    expect((await thief.result).output).toContain('was sent nothing');
  });

  test('gives a command its own pipe, where another user has Pageant’s', async () => {
    const first = await start();
    const pageantPipe = (await doors()).find(({ name }) => name === 'pageant-pipe')?.address ?? '';
    await stopAgent(first);
    const thief = pipes.start('hold-as', pageantPipe, 'O:BUD:(A;;GA;;;WD)');
    running.push(thief);
    await thief.waitForOutput(/holding/);
    const { output, errorOutput } = await runSallyport(['agent', '--', 'cmd', '/c', 'set SSH_AUTH_SOCK']);
    expect(output.trim()).toBe(`SSH_AUTH_SOCK=${first.authSock}`);
    expect(errorOutput).not.toContain('An agent is running already');
  });

  test('is reached through the relay, which ends with its input', async () => {
    const agent = await start([keyPath('ed25519.openssh')]);
    await untilKeysAre(1);
    // Standard streams must be files here; on Windows itself they are pipes.
    const [input, output, batch] = ['relay.in', 'relay.out', 'relay.bat'].map((name) =>
      join(laneWorkDir(), name),
    ) as [string, string, string];
    writeFileSync(
      input,
      Buffer.concat([frame(Uint8Array.of(11)), frame(Uint8Array.of(1)), frame(Uint8Array.of(99))]),
    );
    const command = `"${windowsPath(nodeExe())}" "${windowsPath(cliPath())}" relay`;
    writeFileSync(
      batch,
      `@${command} < "${windowsPath(input)}" > "${windowsPath(output)}"\r\n@exit %errorlevel%\r\n`,
    );
    expect((await runWindowsExe('cmd', ['/c', windowsPath(batch)])).exitCode).toBe(0);
    const answers = readFileSync(output);
    expect([...answers.subarray(4, 9)]).toEqual([12, 0, 0, 0, 1]);
    expect([...answers.subarray(-14)]).toEqual([
      ...frame(Uint8Array.of(2, 0, 0, 0, 0)),
      ...frame(Uint8Array.of(5)),
    ]);
    await stopAgent(agent);
  });
});
