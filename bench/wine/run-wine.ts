// The Windows doors, under Wine: builds of ours in turn, each asked through its pipe and through WM_COPYDATA.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { windowsPath } from '../../tests/wine/lane/paths.ts';
import { processorMs } from '../agents/process-figures.ts';
import { benchKeys } from '../keys/bench-keys.ts';
import { signRequest } from '../keys/login-requests.ts';
import { BenchUsageError, type RunOptions } from '../options.ts';
import { formatMachine, loadAverage, thisMachine } from '../report/machine.ts';
import { answersIn, type DoorSample, formatDoors } from './door-rows.ts';
import { openWinePlace, type WinePlace, type WineProgram } from './wine-place.ts';

/** Before anything counts: code gets its final form. */
const warmUpMs = 500;
const [success, list, signature] = [6, 12, 14];

interface Ask {
  readonly name: string;
  readonly message: Uint8Array;
  readonly type: number;
}

/** Name and folder of a build. */
export type Build = readonly [name: string, dir: string];

interface Agent {
  readonly program: WineProgram;
  readonly pipe: string;
  readonly build: string;
}

async function startAgent(place: WinePlace, [build, dir]: Build): Promise<Agent> {
  const app = join(place.workDir, build, 'main');
  if (!existsSync(app)) cpSync(join(dir, 'main'), app, { recursive: true });
  const args = [windowsPath(join(app, 'cli.js')), 'agent', '--no-prompt'];
  const program = place.start(place.nodeExe, args);
  const [, pipe = ''] = await program.until(/^SSH_AUTH_SOCK='?([^';]*)'?; export SSH_AUTH_SOCK;$/m);
  return { program, pipe, build };
}

/** Asks for so many milliseconds. */
async function ask(place: WinePlace, agent: Agent, door: string, { message, type }: Ask, ms: number) {
  const client = place.start(place.doorLoad, [
    door,
    agent.pipe,
    String(ms),
    Buffer.from(message).toString('hex'),
  ]);
  await client.ended;
  return answersIn(client.output(), type);
}

async function measure(place: WinePlace, agent: Agent, asks: readonly Ask[], loadMs: number) {
  const samples: DoorSample[] = [];
  for (const door of ['pipe', 'copydata'])
    for (const what of asks) {
      await ask(place, agent, door, what, Math.min(warmUpMs, loadMs));
      const before = [processorMs(agent.program.pid), processorMs(place.serverPid)] as const;
      const { answers, ms } = await ask(place, agent, door, what, loadMs);
      const each = (pid: number, sinceMs: number) => ((processorMs(pid) - sinceMs) * 1000) / answers;
      samples.push({
        build: agent.build,
        what: `${door}: ${what.name}`,
        perSecond: (answers * 1000) / ms,
        agentUs: each(agent.program.pid, before[0]),
        serverUs: each(place.serverPid, before[1]),
      });
    }
  return samples;
}

/** Measures and prints. Throws BenchUsageError where a folder is no build, or Wine can't be had. */
export async function runWine(builds: readonly Build[], { rounds, loadMs }: RunOptions): Promise<void> {
  for (const [, dir] of builds)
    if (!existsSync(join(dir, 'main/cli.js')))
      throw new BenchUsageError(`“${dir}” has no main/cli.js: it is no build of Sallyport.`);
  const keys = await benchKeys({ Ed25519: 1, 'RSA-2048': 1 });
  const asks: readonly Ask[] = [
    { name: 'list of 2 keys', message: Uint8Array.of(11), type: list },
    ...keys.map((key) => ({
      name: `signature, ${key.kind}`,
      message: signRequest(key, 0),
      type: signature,
    })),
  ];
  const loadBefore = loadAverage();
  const place = await openWinePlace();
  const samples: DoorSample[] = [];
  try {
    for (let round = 0; round < rounds; round++)
      for (const build of round % 2 === 0 ? builds : builds.toReversed()) {
        const agent = await startAgent(place, build);
        try {
          for (const { kind, addMessage } of keys)
            await ask(place, agent, 'pipe', { name: kind, message: addMessage, type: success }, 0);
          samples.push(...(await measure(place, agent, asks, loadMs)));
        } finally {
          agent.program.kill();
          await agent.program.ended;
        }
      }
  } finally {
    await place.close();
  }
  console.log(
    `${formatMachine(thisMachine())}; Wine, not Windows\nLoad average ${loadBefore.toFixed(2)} before, ${loadAverage().toFixed(2)} after; medians of ${rounds} rounds.\n\n${formatDoors(samples)}`,
  );
}
