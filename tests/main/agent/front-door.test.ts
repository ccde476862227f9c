// The window's way in: a key is there with all that the person wished for it, or nothing of either is.
import { describe, expect, it } from 'vitest';
import type { StoredPolicy } from '../../../main/agent/consent/rules/policy-format.ts';
import { PolicyError } from '../../../main/agent/consent/rules/policy-store.ts';
import type { KeyToAdd } from '../../../main/agent/front-door.ts';
import { limits } from '../../../main/agent/limits/limits.ts';
import { RefusedError } from '../../../main/agent/protocol/errors.ts';
import type { DestinationConstraint } from '../../../main/agent/ring/destination-constraints.ts';
import { WireReader, WireWriter } from '../../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../../main/keys/files/parse-key-file.ts';
import type { EncryptedKeyFile } from '../../../main/keys/files/shared/key-file.ts';
import { readAgentPrivateKey } from '../../../main/keys/kinds/agent-private-key.ts';
import { parsePublicKey } from '../../../main/keys/kinds/parse-public-key.ts';
import { plantedPpk } from '../../fakes/planted-file.ts';
import { bytes, testAgent } from '../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../fakes/test-certificate.ts';
import { ed25519Key } from '../../fakes/test-key.ts';

function encrypted(blob: Uint8Array, salt = 0): EncryptedKeyFile {
  const file = parseKeyFile(bytes(plantedPpk(blob, { salt })));
  if (file.kind !== 'encrypted') throw new Error('the file is in clear');
  return file;
}

/** A key with a certificate, to be held in clear and encrypted, as it is added after its passphrase was typed. */
function wholeKey() {
  const key = ed25519Key();
  const publicKey = parsePublicKey(key.blob);
  const add = {
    identities: [publicKey, parsePublicKey(madeUpCertificate(key.blob))],
    comment: bytes('mine'),
    file: encrypted(key.blob),
    fields: readAgentPrivateKey(new WireReader(key.privateFields)).fields,
    wishes: { askLevel: 'always', lifetimeSeconds: 600 },
  } as const satisfies KeyToAdd;
  return { key, add };
}

/** From here to a host of that name, by so many keys. */
function onlyTo(hostName: string, keys = 1): readonly DestinationConstraint[] {
  const spec = { blob: ed25519Key().blob, isCertificateAuthority: false };
  const from = { user: '', hostName: '', keys: [] };
  return [{ from, to: { user: '', hostName, keys: Array.from({ length: keys }, () => spec) } }];
}

/** An agent whose file of rules takes a while to be written, and whose rules are full or can't be written if wished. */
function agentWithRules(stored?: unknown) {
  const saved: StoredPolicy[] = [];
  const whileSaving: (() => void)[] = [];
  let canSave = true;
  const test = testAgent({
    policyFile: {
      load: () => stored,
      async save(policy) {
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        for (const act of whileSaving.splice(0)) act();
        if (!canSave) throw new Error('full');
        saved.push(policy);
      },
      hasChanged: () => false,
    },
  });
  const levels = () => [...test.agent.consent.policies.policy.levels.values()];
  const breakFile = () => {
    canSave = false;
  };
  return { ...test, saved, whileSaving, levels, breakFile };
}

/** Not the long comments themselves, which take a test long to compare. */
const held = ({ keys }: ReturnType<typeof testAgent>['agent']) =>
  keys.list().map(({ id, rawComment, secondsLeft }) => [id, rawComment.length, secondsLeft]);

describe('a key that the window adds', () => {
  it('is seen by a client that lists in every turn only with all that was wished for it', async () => {
    const { agent, connect, levels } = agentWithRules();
    const { add } = wholeKey();
    const client = connect();
    const seen = new Set<string>();
    let isAdded = false;
    const observe = async () => {
      while (!isAdded) {
        const listed = await client.comments();
        const held = agent.keys.list().map(({ state, secondsLeft }) => ({ state, secondsLeft }));
        seen.add(JSON.stringify({ listed, held, levels: levels() }));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const observed = observe();
    await agent.addKey(add);
    await client.list();
    await new Promise((resolve) => setImmediate(resolve));
    isAdded = true;
    await observed;
    const held = { state: 'clear', secondsLeft: 600 };
    expect([...seen].map((one) => JSON.parse(one))).toEqual([
      { listed: [], held: [], levels: [] },
      { listed: ['mine', 'mine'], held: [held, held], levels: ['always'] },
    ]);
  });

  it('is restricted to hosts from its first moment on, with its certificate', async () => {
    const { agent } = agentWithRules();
    const { add } = wholeKey();
    const destinations = onlyTo('web');
    await agent.addKey({ ...add, wishes: { destinations } });
    expect(agent.keys.list().map(({ restrictions }) => restrictions)).toEqual([
      [destinations],
      [destinations],
    ]);
  });

  it('leaves nothing where its certificate is restricted to other hosts already, or there are too many', async () => {
    const { agent } = agentWithRules();
    const { key, add } = wholeKey();
    const [, certificate] = add.identities;
    const other = encrypted(key.blob, 1);
    const comment = bytes('');
    await agent.addKey({
      ...{ identities: [certificate], comment, file: other },
      wishes: { destinations: onlyTo('web') },
    });
    const before = agent.keys.list();
    await expect(agent.addKey({ ...add, wishes: { destinations: onlyTo('other') } })).rejects.toThrow(
      RefusedError,
    );
    const many = onlyTo('web', limits.hostKeys / 2);
    await expect(agent.addKey({ ...wholeKey().add, wishes: { destinations: many } })).rejects.toThrow(
      'too many host keys',
    );
    expect(agent.keys.list()).toEqual(before);
  });

  it('leaves nothing where its level can not be stored', async () => {
    const { agent, levels, breakFile } = agentWithRules();
    breakFile();
    await expect(agent.addKey(wholeKey().add)).rejects.toThrow(PolicyError);
    expect([agent.keys.list(), levels()]).toEqual([[], []]);
  });

  it('leaves nothing where as many keys have a level of their own as may', async () => {
    const fingerprint = (n: number) => `SHA256:${String(n).padStart(42, '0')}A`;
    const full = Object.fromEntries(
      Array.from({ length: limits.rules }, (_, n) => [fingerprint(n), 'never']),
    );
    const { agent, levels, saved } = agentWithRules({ version: 1, levels: full });
    await expect(agent.addKey(wholeKey().add)).rejects.toThrow('no more than 1024 keys with a level');
    expect([agent.keys.list(), levels().includes('always'), saved]).toEqual([[], false, []]);
  });

  it('leaves nothing where its certificate is none that the agent takes', async () => {
    const { agent, levels, saved } = agentWithRules();
    const { key, add } = wholeKey();
    const principals = new WireWriter().text('a'.repeat(limits.publicKeyBytes)).finish();
    const long = parsePublicKey(madeUpCertificate(key.blob, { principals }));
    const identities = [add.identities[0], long] as const;
    await expect(agent.addKey({ ...add, identities })).rejects.toThrow(
      new RefusedError('public key is too long'),
    );
    expect([agent.keys.list(), levels(), saved]).toEqual([[], [], []]);
  });

  it('leaves nothing where there is no room for its name beside that of its certificate', async () => {
    const { agent } = agentWithRules();
    const comment = new Uint8Array(limits.longCommentBytes / 17);
    for (let n = 0; n < 16; n++) {
      const { add } = wholeKey();
      await agent.addKey({ ...add, identities: [add.identities[0]], comment, wishes: {} });
    }
    const before = held(agent);
    await expect(agent.addKey({ ...wholeKey().add, comment })).rejects.toThrow(
      new RefusedError('too many long comments'),
    );
    expect(held(agent)).toEqual(before);
  });

  it('leaves nothing where its older, longer name leaves no room for that of its certificate', async () => {
    const { agent, levels } = agentWithRules();
    const { fields: _, ...add } = wholeKey().add;
    const comment = new Uint8Array(250_000);
    for (let n = 0; n < 15; n++) {
      const { blob } = ed25519Key();
      await agent.addKey({
        identities: [parsePublicKey(blob)],
        comment,
        file: encrypted(blob),
        wishes: {},
      });
    }
    await agent.addKey({ ...add, identities: [add.identities[0]], comment, wishes: {} });
    const before = held(agent);
    await expect(agent.addKey({ ...add, comment: new Uint8Array(220_000) })).rejects.toThrow(
      new RefusedError('too many long comments'),
    );
    expect([held(agent), levels()]).toEqual([before, []]);
  });

  it('leaves nothing where the name in its file is too long to be listed', async () => {
    const { agent, levels } = agentWithRules();
    const { key, add } = wholeKey();
    const file = { ...encrypted(key.blob), rawComment: new Uint8Array(limits.listedBytes) };
    for (const forms of [{ fields: add.fields }, {}]) {
      const { fields: _, ...rest } = add;
      await expect(agent.addKey({ ...rest, ...forms, file, comment: bytes('') })).rejects.toThrow(
        new RefusedError('the comment is too long for a list of keys'),
      );
      expect([agent.keys.list(), levels()]).toEqual([[], []]);
    }
  });

  it('leaves nothing where the agent is locked while its level is stored', async () => {
    const { agent, levels, saved, whileSaving } = agentWithRules();
    whileSaving.push(() => agent.pause('locked by you'));
    await expect(agent.addKey(wholeKey().add)).rejects.toThrow(new RefusedError('the agent is locked'));
    expect([agent.keys.list(), levels(), saved.at(-1)?.levels]).toEqual([[], [], {}]);
  });

  it('is not listed under a certificate of another, nor by a file of another', async () => {
    const { agent } = agentWithRules();
    const { add } = wholeKey();
    const [publicKey] = add.identities;
    const other = ed25519Key().blob;
    const notOfFile = new RefusedError('the public key does not belong to the file');
    const certificate = parsePublicKey(madeUpCertificate(other));
    await expect(agent.addKey({ ...add, identities: [publicKey, certificate] })).rejects.toThrow(notOfFile);
    await expect(agent.addKey({ ...add, file: encrypted(other) })).rejects.toThrow(notOfFile);
    expect(agent.keys.list()).toEqual([]);
  });

  it('is not added any more when the agent has ended meanwhile', async () => {
    const { agent, whileSaving } = agentWithRules();
    whileSaving.push(() => agent.stop());
    await expect(agent.addKey(wholeKey().add)).rejects.toThrow();
    expect(agent.keys.list()).toEqual([]);
  });
});
