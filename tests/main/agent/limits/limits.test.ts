// What clients add is bounded in memory as well as in number.
import { describe, expect, it } from 'vitest';
import { PromptQueue } from '../../../../main/agent/asking/prompt-queue.ts';
import type { AgentPorts } from '../../../../main/agent/ports/agent-ports.ts';
import type { KeyConstraints } from '../../../../main/agent/ring/constraints.ts';
import { KeyRing } from '../../../../main/agent/ring/key-ring.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import type { PrivateKey } from '../../../../main/keys/kinds/shared/private-key.ts';
import { hop, restrict } from '../../../fakes/destination-constraint.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { addRequest, constrain, request, type TestClient, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key, type TestKey } from '../../../fakes/test-key.ts';

const failure = 5;
const success = 6;
const largestReply = 262_144;

function addCertificate(key: TestKey, certificate: Uint8Array, constraints?: Uint8Array): WireWriter {
  const reader = new WireReader(key.privateFields);
  reader.readString();
  return request(constraints ? 25 : 17)
    .text('ssh-ed25519-cert-v01@openssh.com')
    .string(certificate)
    .string(reader.readString())
    .string(reader.readString())
    .text('certificate')
    .bytes(constraints ?? new Uint8Array(0));
}

describe('a certificate', () => {
  const key = ed25519Key();
  const option = (n: number) => new WireWriter().text(`option ${n}`).text('').finish();
  const optionsOf = (count: number) => Buffer.concat(Array.from({ length: count }, (_, n) => option(n)));
  const principalsOf = (count: number) =>
    Buffer.concat(Array.from({ length: count }, () => new WireWriter().text('me').finish()));

  it.each([
    ['principals', 256, (count: number) => ({ principals: principalsOf(count) })],
    ['critical options', 256, (count: number) => ({ criticalOptions: optionsOf(count) })],
    ['extensions', 256, (count: number) => ({ extensions: optionsOf(count) })],
  ])('is refused when it has too many %s', async (_what, most, parts) => {
    const client = testAgent().connect();
    const add = (count: number) =>
      client.status(addCertificate(key, madeUpCertificate(key.blob, parts(count))));
    expect(await add(most)).toBe(success);
    expect(await add(most + 1)).toBe(failure);
  });

  it('is refused when it is over 32 KiB', async () => {
    const client = testAgent().connect();
    const extensions = new WireWriter()
      .text('padding')
      .string(new Uint8Array(32 * 1024))
      .finish();
    expect(await client.status(addCertificate(key, madeUpCertificate(key.blob, { extensions })))).toBe(
      failure,
    );
    expect(await client.list()).toEqual([]);
  });
});

describe('destination constraints', () => {
  const host = testHost();
  const perKey = 4096;
  const step = new WireWriter()
    .string(hop('', '', []))
    .string(hop('', 'host', Array(perKey).fill(host)))
    .text('')
    .finish();
  const contents = new WireWriter().string(new WireWriter().string(step).finish()).finish();
  const many = constrain.extension('restrict-destination-v00@openssh.com', contents);

  it('from other machines leave half of the host keys to this one', async () => {
    const { connect } = testAgent();
    const remote = connect();
    await remote.extension('session-bind@openssh.com', host.bind(sid(1), true));
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push(await remote.status(addRequest(ed25519Key(), 'k', many)));
    expect(statuses).toEqual([success, success, failure, failure]);
    expect(await connect().status(addRequest(ed25519Key(), 'mine', many))).toBe(success);
  });

  it('of all keys together name 16,384 host keys at the most', async () => {
    const client = testAgent().connect();
    const first = ed25519Key();
    expect(await client.status(addRequest(first, 'first', many))).toBe(success);
    for (let n = 1; n < 16_384 / perKey; n++)
      expect(await client.status(addRequest(ed25519Key(), 'k', many))).toBe(success);
    const one = restrict({ to: ['host', host] });
    expect(await client.status(addRequest(ed25519Key(), 'over', one))).toBe(failure);
    expect(await client.status(addRequest(ed25519Key(), 'free'))).toBe(success);
    expect(await client.status(addRequest(first, 'replaced', one))).toBe(success);
    expect(await client.status(addRequest(ed25519Key(), 'fits now', one))).toBe(success);
  });
});

describe('a comment', () => {
  const long = 64 * 1024;
  const add = (client: TestClient, length: number, key = ed25519Key()) =>
    client.status(addRequest(key, 'x'.repeat(length)));

  it('may be as long as a message allows, and is listed whole', async () => {
    const client = testAgent().connect();
    const key = ed25519Key();
    const longest = largestReply - addRequest(key, '').finish().length;
    expect(await add(client, longest, key)).toBe(success);
    expect((await client.list()).map(({ comment }) => comment.length)).toEqual([longest]);
    expect(await add(client, long, key)).toBe(success);
    expect(await add(client, long)).toBe(success);
    expect((await client.list()).map(({ comment }) => comment.length)).toEqual([long, long]);
  });

  it('of over 4 KiB has no room past 4 MiB of them, 1 MiB from other machines, where a short one still has', async () => {
    const { connect } = testAgent();
    const [here, remote] = [connect(), connect()];
    await remote.extension('session-bind@openssh.com', testHost().bind(sid(1), true));
    for (let n = 0; n < 16; n++) expect(await add(remote, long)).toBe(success);
    expect([await add(remote, 4097), await add(remote, 4096)]).toEqual([failure, success]);
    for (let n = 0; n < 48; n++) expect(await add(here, long)).toBe(success);
    expect([await add(here, 4097), await add(here, 4096)]).toEqual([failure, success]);
  });
});

describe('certificates of one key', () => {
  it('cost the agent no more than their number, however many there are', () => {
    const ring = new KeyRing(
      { clock: new ManualClock(), now: () => new Date() } as unknown as AgentPorts,
      new PromptQueue(),
    );
    const { blob } = ed25519Key();
    const privateKey = { destroy: () => {} } as unknown as PrivateKey;
    let looks = 0;
    // Each time that one certificate is judged, its constraints are read.
    const constraints = {
      get confirm() {
        looks++;
        return false;
      },
    } as KeyConstraints;
    const add = () => {
      const publicKey = parsePublicKey(madeUpCertificate(blob));
      ring.addClear({ publicKey, comment: new Uint8Array(0), constraints }, privateKey);
    };
    const looksOfOneMoreThan = (count: number) => {
      while (ring.identities.length < count) add();
      looks = 0;
      add();
      return looks;
    };
    const [ofTen, ofMany] = [looksOfOneMoreThan(10), looksOfOneMoreThan(200)];
    expect(ofTen).toBeGreaterThanOrEqual(11);
    expect(ofMany).toBeLessThanOrEqual(20 * ofTen);
  });

  it('are restricted to destinations for 32 of them, 16 of those of other machines', async () => {
    const { connect } = testAgent();
    const host = testHost();
    const [key, here, remote] = [ed25519Key(), connect(), connect()];
    await remote.extension('session-bind@openssh.com', host.bind(sid(1), true));
    const constraints = restrict({ to: ['host', host] }, { from: ['host', host], to: ['host', host] });
    const add = (client: typeof here) =>
      client.status(addCertificate(key, madeUpCertificate(key.blob), constraints));
    for (let n = 0; n < 16; n++) expect(await add(remote)).toBe(success);
    expect(await add(remote)).toBe(failure);
    for (let n = 0; n < 16; n++) expect(await add(here)).toBe(success);
    expect(await add(here)).toBe(failure);
  });
});

describe('a list of keys', () => {
  const listReplies = [
    ['list', (): WireWriter => request(11), 1],
    ['list-extended', (): WireWriter => request(27).text('list-extended@putty.projects.tartarus.org'), 1],
  ] as const;

  it.each(listReplies)('is cut to what clients read, 256 KiB: %s', async (_name, list) => {
    const client = testAgent().connect();
    for (let n = 0; n < 80; n++)
      expect(await client.status(addRequest(ed25519Key(), 'x'.repeat(4096)))).toBe(success);
    const reply = await client.send(list());
    expect(reply.length).toBeLessThanOrEqual(largestReply);
    const reader = new WireReader(reply);
    reader.readByte();
    expect(reader.readUint32()).toBeGreaterThan(50);
  });
});
