// A key that is held is restricted to hosts by the person, and by nothing is it free again but its removal.
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../main/agent/limits/limits.ts';
import type { DestinationConstraint } from '../../../../main/agent/ring/destination-constraints.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { loginData, sid, type TestHost, testHost } from '../../../fakes/host-session.ts';
import { plantedPpk } from '../../../fakes/planted-file.ts';
import { addRequest, bytes, constrain, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const [web, other] = [testHost(), testHost()];
const success = 6;
const origin = { user: '', hostName: '', keys: [] };

function only(name: string, { key: { blob } }: TestHost, keys = 1): readonly DestinationConstraint[] {
  const spec = { blob, isCertificateAuthority: false };
  return [{ from: origin, to: { user: '', hostName: name, keys: Array.from({ length: keys }, () => spec) } }];
}

async function agentWithKey(constraint?: Uint8Array) {
  const test = testAgent();
  const key = ed25519Key();
  const local = test.connect();
  expect(await local.status(addRequest(key, 'mine', constraint))).toBe(success);
  const { keys } = test.agent;
  const id = () => keys.list()[0]?.id ?? '';
  /** Who is at that host. */
  const at = async (host: TestHost) => {
    const client = test.connect();
    expect((await client.extension('session-bind@openssh.com', host.bind(sid(1), false)))[0]).toBe(success);
    return client;
  };
  const logsIn = async (host: TestHost, blob = key.blob) =>
    (await (await at(host)).sign(blob, loginData(blob, 'git', sid(1), host.key.blob))) !== undefined;
  return { ...test, key, keys, local, id, at, logsIn };
}

describe('a key that the person restricts while it is held', () => {
  it('goes to that host alone from then on, and is hidden from others', async () => {
    const { keys, id, at, logsIn } = await agentWithKey();
    expect(await logsIn(other)).toBe(true);
    expect(keys.restrict(id(), only('web', web))).toBe(true);
    expect(keys.list()[0]?.permittedSteps).toEqual([{ to: 'web' }]);
    expect([await logsIn(web), await logsIn(other)]).toEqual([true, false]);
    expect(await (await at(other)).list()).toEqual([]);
  });

  it('stays so when it is added again in clear, without a limit or with another one', async () => {
    const { key, keys, local, id, logsIn } = await agentWithKey();
    keys.restrict(id(), only('web', web));
    expect(await local.status(addRequest(key, 'again'))).toBe(success);
    expect([await logsIn(web), await logsIn(other)]).toEqual([true, false]);
    expect(await local.status(addRequest(key, 'again', restrict({ to: ['other', other] })))).toBe(success);
    expect([await logsIn(web), await logsIn(other)]).toEqual([false, false]);
  });

  it('stays so whatever else the person changes of it, and is free when it was removed', async () => {
    const { key, keys, local, id, logsIn } = await agentWithKey();
    keys.restrict(id(), only('web', web));
    keys.setLifetime(id(), 60);
    keys.setLifetime(id(), undefined);
    keys.setConfirm(id(), true);
    keys.setConfirm(id(), false);
    expect(await logsIn(other)).toBe(false);
    keys.remove(id());
    expect(await local.status(addRequest(key, 'anew'))).toBe(success);
    expect(await logsIn(other)).toBe(true);
  });

  it('is so with its certificates, those also that are added later', async () => {
    const { key, keys, local, id, logsIn } = await agentWithKey();
    const certificates = [madeUpCertificate(key.blob), madeUpCertificate(key.blob)] as const;
    const add = (blob: Uint8Array) =>
      local.extension(
        'add-ppk@putty.projects.tartarus.org',
        new WireWriter().text(plantedPpk(blob)).finish(),
      );
    await add(certificates[0]);
    keys.restrict(id(), only('web', web));
    await add(certificates[1]);
    expect(keys.list()).toHaveLength(3);
    for (const { permittedSteps } of keys.list()) expect(permittedSteps).toEqual([{ to: 'web' }]);
    expect(await logsIn(other, certificates[0])).toBe(false);
  });

  it('signs nothing for a request that waits for an answer since before', async () => {
    const { key, keys, approver, id, at } = await agentWithKey(constrain.confirm());
    const signed = (await at(other)).sign(key.blob, loginData(key.blob, 'git', sid(1), other.key.blob));
    const prompt = await approver.confirmPrompt(0);
    keys.restrict(id(), only('web', web));
    prompt.answer('allow');
    expect(await signed).toBeUndefined();
  });

  it('can be restricted once: neither anew, nor where a program has done it', async () => {
    const { keys, id } = await agentWithKey();
    expect(keys.restrict(id(), only('web', web))).toBe(true);
    expect(keys.restrict(id(), only('other', other))).toBe(false);
    expect(keys.list()[0]?.permittedSteps).toEqual([{ to: 'web' }]);
    const limited = await agentWithKey(restrict({ to: ['web', web] }));
    expect(limited.keys.restrict(limited.id(), only('other', other))).toBe(false);
    expect(keys.restrict('0'.repeat(64), only('web', web))).toBe(false);
  });

  it('has room for so many host keys as other restrictions', async () => {
    const { keys, id, connect } = await agentWithKey();
    expect(() => keys.restrict(id(), only('web', web, limits.hostKeys + 1))).toThrow('too many host keys');
    expect(keys.list()[0]?.permittedSteps).toBeUndefined();
    keys.restrict(id(), only('web', web, limits.hostKeys));
    expect(await connect().status(addRequest(ed25519Key(), 'x', restrict({ to: ['web', web] })))).not.toBe(
      success,
    );
  });
});

describe('a key that the person adds restricted', () => {
  it('stays so when a program adds it in clear without a limit', async () => {
    const { agent, connect } = testAgent();
    const key = ed25519Key();
    const file = parseKeyFile(bytes(plantedPpk(key.blob)));
    if (file.kind !== 'encrypted') throw new Error('the file is in clear');
    const identities = [parsePublicKey(key.blob)] as const;
    const wishes = { destinations: only('web', web) };
    await agent.addKey({ identities, comment: bytes('mine'), file, wishes });
    expect(await connect().status(addRequest(key, 'again'))).toBe(success);
    expect(agent.keys.list()[0]?.permittedSteps).toEqual([{ to: 'web' }]);
    const stranger = connect();
    await stranger.extension('session-bind@openssh.com', other.bind(sid(1), false));
    expect(await stranger.list()).toEqual([]);
  });
});
