import { describe, expect, it } from 'vitest';
import type { DoorReport } from '../../../main/agent/host.ts';
import { WireReader, WireWriter } from '../../../main/keys/wire.ts';
import { testHost } from '../../fakes/host-session.ts';
import { bytes, request, type TestClient, testAgent } from '../../fakes/test-agent.ts';

const proof = new Uint8Array(32).fill(7);
const withProof = (shown: Uint8Array) => new WireWriter().string(shown).finish();
const door: DoorReport = { name: 'own-pipe', title: 'Own pipe', status: 'listening', address: 'somewhere' };

function hostedAgent(change: { mayStop?: boolean; localProof?: Uint8Array | undefined } = {}) {
  let stops = 0;
  const { mayStop = true } = change;
  const localProof = 'localProof' in change ? change.localProof : proof;
  const test = testAgent({
    ...(localProof && { localProof }),
    host: { doors: () => [door], requestStop: mayStop ? () => stops++ : undefined },
  });
  return { ...test, stops: () => stops };
}

const statusOf = async (client: TestClient, name: string, shown: Uint8Array) =>
  (await client.extension(name, withProof(shown)))[0];

describe('doors@sallyport', () => {
  it('tells the person’s own programs of each door', async () => {
    const reader = new WireReader(
      await hostedAgent().connect().extension('doors@sallyport', withProof(proof)),
    );
    expect(reader.readByte()).toBe(6);
    expect(JSON.parse(reader.readText())).toEqual([door]);
  });

  it('tells them while the agent is locked, too', async () => {
    const client = hostedAgent().connect();
    expect(await client.status(request(22).text('word'))).toBe(6);
    expect(await statusOf(client, 'doors@sallyport', proof)).toBe(6);
  });
});

describe('stop@sallyport', () => {
  it('ends the program, also while the agent is locked', async () => {
    const { connect, stops } = hostedAgent();
    const client = connect();
    expect(await client.status(request(22).text('word'))).toBe(6);
    expect(await statusOf(client, 'stop@sallyport', proof)).toBe(6);
    expect(stops()).toBe(1);
  });

  it('is refused where the person ends the program at its window', async () => {
    expect(await statusOf(hostedAgent({ mayStop: false }).connect(), 'stop@sallyport', proof)).toBe(28);
  });
});

describe.each(['doors@sallyport', 'stop@sallyport'])('%s is refused to', (name) => {
  it('who does not show the proof', async () => {
    const { connect, stops } = hostedAgent();
    for (const shown of [new Uint8Array(0), new Uint8Array(32), proof.subarray(1), bytes('x')])
      expect(await statusOf(connect(), name, shown)).toBe(28);
    expect(stops()).toBe(0);
  });

  it('everybody while there is no proof to show', async () => {
    const { connect, stops } = hostedAgent({ localProof: undefined });
    expect(await statusOf(connect(), name, new Uint8Array(0))).toBe(28);
    expect(stops()).toBe(0);
  });

  it('a connection that belongs to an SSH session, which may be one from elsewhere', async () => {
    const { connect, stops } = hostedAgent();
    const client = connect();
    const host = testHost();
    const bind = await client.extension('session-bind@openssh.com', host.bind(bytes('session'), true));
    expect(bind[0]).toBe(6);
    expect(await statusOf(client, name, proof)).toBe(28);
    expect(stops()).toBe(0);
  });
});
