// The Windows doors, under Wine: builds of ours in turn, each asked through its pipe and through WM_COPYDATA.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { windowsPath } from '../../tests/wine/lane/paths.ts';
import { processorMs } from '../agents/process-figures.ts';
import { benchKeys } from '../keys/bench-keys.ts';
import { signRequest } from '../keys/login-requests.ts';
import { BenchUsageError, type RunOptions } from '../options.ts';
import { formatMachine, loadAverage, thisMachine } from '../report/machine.ts';
import { median } from '../report/statistics.ts';
import { answersIn, type DoorSample, formatDoors } from './door-rows.ts';
import { openWinePlace, type WinePlace, type WineProgram } from './wine-place.ts';

/** Before anything counts: code gets its final form. */
const warmUpMs = 500;
const [success, list, signature] = [6, 12, 14];
/** So often one client asks alone, after such a rest: until what follows an answer is done. */
const alone = { times: 3, restMs: 700 } as const;

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

/** Resolves with what `act` gives, and microseconds of processor time meanwhile. */
async function withCosts<T>(place: WinePlace, { program }: Agent, act: () => Promise<T>) {
  const used = () => [processorMs(program.pid), processorMs(place.serverPid)] as const;
  const before = used();
  const result = await act();
  const after = used();
  return { result, agentUs: (after[0] - before[0]) * 1000, serverUs: (after[1] - before[1]) * 1000 };
}

/** One answer after another. */
async function measureMany(place: WinePlace, agent: Agent, door: string, what: Ask, loadMs: number) {
  await ask(place, agent, door, what, Math.min(warmUpMs, loadMs));
  const { result, agentUs, serverUs } = await withCosts(place, agent, () =>
    ask(place, agent, door, what, loadMs),
  );
  const { answers, ms } = result;
  return {
    build: agent.build,
    what: `${door}: ${what.name}`,
    value: (answers * 1000) / ms,
    unit: 'per second',
    agentUs: agentUs / answers,
    serverUs: serverUs / answers,
  } satisfies DoorSample;
}

/** The only one that asks, as a person's login does. */
async function measureAlone(place: WinePlace, agent: Agent, door: string, what: Ask) {
  const { result, agentUs, serverUs } = await withCosts(place, agent, async () => {
    const times: number[] = [];
    for (let n = 0; n < alone.times; n++) {
      await delay(alone.restMs);
      times.push((await ask(place, agent, door, what, 0)).ms);
    }
    return times;
  });
  return {
    build: agent.build,
    what: `${door}: ${what.name}, one alone`,
    value: median(result),
    unit: 'ms',
    agentUs: agentUs / alone.times,
    serverUs: serverUs / alone.times,
  } satisfies DoorSample;
}

async function measure(place: WinePlace, agent: Agent, asks: readonly Ask[], loadMs: number) {
  const samples: DoorSample[] = [];
  for (const door of ['pipe', 'copydata']) {
    for (const what of asks) samples.push(await measureMany(place, agent, door, what, loadMs));
    const what = asks.find(({ type }) => type === signature);
    if (what) samples.push(await measureAlone(place, agent, door, what));
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
