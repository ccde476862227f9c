import { describe, expect, it } from 'vitest';
import type { DoorReport } from '../../../../main/agent/ports/host.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { testHost } from '../../../fakes/host-session.ts';
import { bytes, request, type TestClient, testAgent } from '../../../fakes/test-agent.ts';

const secret = new Uint8Array(32).fill(7);
const door: DoorReport = { name: 'own-pipe', title: 'Own pipe', status: 'listening', address: 'somewhere' };

function hostedAgent(
  change: { mayStop?: boolean; localSecret?: Uint8Array | undefined; canAsk?: boolean } = {},
) {
  let stops = 0;
  const { mayStop = true, canAsk } = change;
  const localSecret = 'localSecret' in change ? change.localSecret : secret;
  const test = testAgent({
    ...(localSecret && { localSecret }),
    host: {
      doors: () => [door],
      pid: 7,
      unlocksOnce: true,
      ...(canAsk !== undefined && { canAsk: () => canAsk }),
      requestStop: mayStop ? () => stops++ : undefined,
    },
  });
  return { ...test, stops: () => stops };
}

const statusOf = async (client: TestClient, name: string, shown: Uint8Array) =>
  (await client.own(shown, name))[0];

describe('doors@sallyport', () => {
  it('tells the person’s own programs of each door', async () => {
    const reader = new WireReader(await hostedAgent().connect().own(secret, 'doors@sallyport'));
    expect(reader.readByte()).toBe(6);
    expect(JSON.parse(reader.readText())).toEqual([door]);
  });

  it('tells them while the agent is locked, too', async () => {
    const client = hostedAgent().connect();
    expect(await client.status(request(22).text('word'))).toBe(6);
    expect(await statusOf(client, 'doors@sallyport', secret)).toBe(6);
  });
});

describe('stop@sallyport', () => {
  it('ends the program, also while the agent is locked', async () => {
    const { connect, stops } = hostedAgent();
    const client = connect();
    expect(await client.status(request(22).text('word'))).toBe(6);
    expect(await statusOf(client, 'stop@sallyport', secret)).toBe(6);
    expect(stops()).toBe(1);
  });

  it('is refused where the person ends the program at its window', async () => {
    expect(await statusOf(hostedAgent({ mayStop: false }).connect(), 'stop@sallyport', secret)).toBe(28);
  });
});

describe('process@sallyport', () => {
  const processes = (client: number, listener: number) =>
    new WireWriter().uint32(client).uint32(listener).finish();

  it('tells a client that the process which it sees listening is the agent, also while that is locked', async () => {
    const client = hostedAgent().connect({ pid: 5 });
    expect(await client.status(request(22).text('word'))).toBe(6);
    expect([...(await client.extension('process@sallyport', processes(5, 7)))]).toEqual([6, 1, 1]);
  });

  it('tells whether anybody can be asked', async () => {
    const client = hostedAgent({ canAsk: false }).connect({ pid: 5 });
    expect([...(await client.extension('process@sallyport', processes(5, 7)))]).toEqual([6, 1, 0]);
  });

  it.each([
    ['a relay listens', { pid: 6 }, [5, 6]],
    ['a relay has the connection', { pid: 6 }, [5, 7]],
    ['another process listens', { pid: 5 }, [5, 8]],
    ['nobody knows who has the connection', {}, [5, 7]],
  ] as const)('tells it of no process where %s', async (_where, peer, [client, listener]) => {
    const reply = await hostedAgent()
      .connect(peer)
      .extension('process@sallyport', processes(client, listener));
    expect([...reply]).toEqual([28]);
  });

  it('tells nothing to a connection that belongs to an SSH session, whatever numbers that knows', async () => {
    const client = hostedAgent().connect({ pid: 5 });
    await client.extension('session-bind@openssh.com', testHost().bind(bytes('session'), true));
    expect([...(await client.extension('process@sallyport', processes(5, 7)))]).toEqual([28]);
  });
});

describe.each(['doors@sallyport', 'stop@sallyport'])('%s is refused to', (name) => {
  it('who does not have the secret', async () => {
    const { connect, stops } = hostedAgent();
    for (const shown of [new Uint8Array(0), new Uint8Array(32), secret.subarray(1), bytes('x')])
      expect(await statusOf(connect(), name, shown)).toBe(28);
    expect(stops()).toBe(0);
  });

  it('everybody while there is no secret', async () => {
    const { connect, stops } = hostedAgent({ localSecret: undefined });
    expect(await statusOf(connect(), name, new Uint8Array(0))).toBe(28);
    expect(stops()).toBe(0);
  });

  it('a connection that belongs to an SSH session, which may be one from elsewhere', async () => {
    const { connect, stops } = hostedAgent();
    const client = connect();
    const host = testHost();
    const bind = await client.extension('session-bind@openssh.com', host.bind(bytes('session'), true));
    expect(bind[0]).toBe(6);
    expect(await statusOf(client, name, secret)).toBe(28);
    expect(stops()).toBe(0);
  });
});
