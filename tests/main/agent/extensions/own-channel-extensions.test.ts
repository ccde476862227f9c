// hello@sallyport and sealed@sallyport: who has not the secret of the person's own programs gets nothing by them.
import { describe, expect, it } from 'vitest';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { testHost } from '../../../fakes/host-session.ts';
import { OwnRequests } from '../../../fakes/own-requests.ts';
import { bytes, request, type TestClient, testAgent } from '../../../fakes/test-agent.ts';
import { encode, mutateFields, string, text, uint32 } from '../fuzz/message-fields.ts';
import { mutate, seededRandom } from '../fuzz/seeded-random.ts';

const secret = new Uint8Array(32).fill(7);
const refused = [28];
const hello = (version: number, nonce: Uint8Array) => new WireWriter().uint32(version).string(nonce).finish();
const nonce = new Uint8Array(32).fill(1);
const own = (client: TestClient, has = secret) =>
  new OwnRequests((name, contents) => client.extension(name, contents), has);

function hosted(localSecret: Uint8Array | undefined = secret) {
  let stops = 0;
  const test = testAgent({
    ...(localSecret && { localSecret }),
    host: { doors: () => [], requestStop: () => stops++ },
  });
  return { ...test, stops: () => stops };
}

describe('hello@sallyport', () => {
  it('shows that the agent has the secret, by another number each time', async () => {
    const { connect } = hosted();
    const replies = new Set<string>();
    for (const client of [connect(), connect()]) {
      const asking = own(client);
      replies.add(Buffer.from(await asking.hello(nonce)).toString('hex'));
      expect(asking.hasProved).toBe(true);
      replies.add(Buffer.from(await asking.hello(nonce)).toString('hex'));
    }
    expect(replies.size).toBe(4);
  });

  it('tells a client of another version which one the agent is of, and nothing more', async () => {
    const client = hosted().connect();
    for (const version of [0, 2, 2 ** 32 - 1])
      expect([...(await client.extension('hello@sallyport', hello(version, nonce)))]).toEqual([
        6, 0, 0, 0, 1,
      ]);
    expect([...(await own(client).ask('doors@sallyport'))].length).toBeGreaterThan(1);
  });

  it.each([0, 31, 33])('is refused with a number of %d bytes', async (length) => {
    const client = hosted().connect();
    const reply = await client.extension('hello@sallyport', hello(1, new Uint8Array(length)));
    expect([...reply]).toEqual(refused);
  });

  it('is refused where there is no secret, and to a connection that belongs to an SSH session', async () => {
    expect([...(await testAgent().connect().extension('hello@sallyport', hello(1, nonce)))]).toEqual(refused);
    const client = hosted().connect();
    await client.extension('session-bind@openssh.com', testHost().bind(bytes('session'), true));
    expect([...(await client.extension('hello@sallyport', hello(1, nonce)))]).toEqual(refused);
  });
});

describe('sealed@sallyport', () => {
  const stop = 'stop@sallyport';

  it('does nothing before hello, for another secret, or without one', async () => {
    const { connect, stops } = hosted();
    const unheard = connect();
    const sealed = own(unheard).seal(stop, new Uint8Array());
    expect([...(await unheard.extension('sealed@sallyport', sealed))]).toEqual(refused);
    for (const has of [new Uint8Array(), new Uint8Array(32), secret.subarray(1)])
      expect([...(await own(connect(), has).ask(stop))]).toEqual(refused);
    expect([...(await connect().extension(stop))]).toEqual(refused);
    for (const length of [0, 4, 19, 20, 40])
      expect([...(await connect().extension('sealed@sallyport', new Uint8Array(length)))]).toEqual(refused);
    expect(stops()).toBe(0);
  });

  it('does what is asked once: no message is taken twice, out of order, or after one that was none', async () => {
    const { connect, stops } = hosted();
    const send = (client: TestClient, sealed: Uint8Array) => client.extension('sealed@sallyport', sealed);
    const client = connect();
    const asking = own(client);
    await asking.hello();
    const [first, second, third] = [1, 2, 3].map(() => asking.seal(stop, new Uint8Array())) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect((await send(client, first))[0]).toBe(6);
    expect([...(await send(client, first))]).toEqual(refused);
    // What came in between has ended the channel.
    for (const late of [second, third]) expect([...(await send(client, late))]).toEqual(refused);
    expect(stops()).toBe(1);
    await asking.hello();
    expect((await asking.ask(stop))[0]).toBe(6);
    expect(stops()).toBe(2);
  });

  it('is no good on a connection that belongs to an SSH session since hello', async () => {
    const { connect, stops } = hosted();
    const client = connect();
    const asking = own(client);
    await asking.hello();
    await client.extension('session-bind@openssh.com', testHost().bind(bytes('session'), true));
    expect([...(await asking.ask(stop))]).toEqual(refused);
    expect(stops()).toBe(0);
  });

  it('carries what own programs may ask, and no other request', async () => {
    const { connect, agent } = hosted();
    const asking = own(connect());
    const failed = [5];
    for (const name of [
      'list-keys@sallyport',
      'sealed@sallyport',
      'hello@sallyport',
      'query',
      'unknown@sallyport',
      '',
    ])
      expect([...(await asking.ask(name))]).toEqual(failed);
    agent.pause('locked');
    expect([...(await asking.ask('rules@sallyport', bytes('')))]).toEqual(refused);
    expect((await asking.ask('doors@sallyport'))[0]).toBe(6);
  });

  it('answers whatever is sealed, well-formed or not', async () => {
    const requests = [
      ['log@sallyport', [text('ssh'), uint32(0)]],
      ['rules@sallyport', [text('{"do":"list"}')]],
      ['key-places@sallyport', []],
      ['upstream@sallyport', [text('{"do":"list"}')]],
      ['tokens@sallyport', [text('{"do":"list"}')]],
      ['windows-keys@sallyport', [text('{"do":"list"}')]],
      [
        'security-keys@sallyport',
        [text('{"do":"list"}'), { kind: 'bytes', bytes: Uint8Array.of(1) }, string()],
      ],
    ] as const;
    const random = seededRandom(20261128);
    const { connect } = hosted();
    for (let n = 0; n < 300; n++) {
      const [name, fields] = requests[random(requests.length)] ?? requests[0];
      const contents =
        random(2) === 0 ? encode(mutateFields(fields, random, fields)) : mutate(encode(fields), random);
      const reply = await own(connect()).ask(name, contents);
      expect([6, 28]).toContain(reply[0]);
    }
    expect(await connect().status(request(11))).toBe(12);
  });
});
