// Machines elsewhere that ask again and again: they silence, crowd out and delay themselves, never the programs here.
import { describe, expect, it } from 'vitest';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { agentWithKey, bind, login, program, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { flagsOf, withEncryptedKey } from '../../../fakes/encrypted-key-agent.ts';
import { sid, type TestHost, testHost } from '../../../fakes/host-session.ts';
import { clearPpk3, encryptedPpk3, pageantBlob, pageantPassphrase } from '../../../fakes/pageant-vectors.ts';
import { addFile, plantedPpk } from '../../../fakes/planted-file.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, constrain, request, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key, type TestKey } from '../../../fakes/test-key.ts';

type Connect = ReturnType<typeof testAgent>['connect'];

/** What comes through these machines is asked for by the local ssh. */
async function through(connect: Connect, ...machines: readonly TestHost[]) {
  const client = connect(ssh);
  for (const [n, machine] of machines.entries())
    if (!(await bind(client, machine, sid(100 + n), true))) throw new Error('the bind was refused');
  return client;
}

const badBind = () => testHost().bind(sid(1), true).fill(0, -65, -1);

describe('a machine elsewhere', () => {
  it('that was denied often leaves the same program here, and other machines, the right to ask', async () => {
    const { connect, key, answer, prompts } = await agentWithKey(constrain.confirm());
    const [evil, other] = [testHost(), testHost()];
    const ask = async (...machines: TestHost[]) =>
      (await through(connect, ...machines)).sign(key.blob, login(key, `user${prompts()}`));
    for (let n = 0; n < 5; n++) {
      const denied = ask(evil);
      await answer(n, 'deny');
      expect(await denied).toBeUndefined();
    }
    expect(await ask(evil)).toBeUndefined();
    expect(prompts()).toBe(5);
    const local = connect(ssh).sign(key.blob, login(key));
    await answer(5, 'allow');
    expect(await local).toBeDefined();
    const elsewhere = ask(other);
    await answer(6, 'allow');
    expect(await elsewhere).toBeDefined();
  });

  it('is not freed from its quiet by machines that it makes up behind it', async () => {
    const { connect, key, answer, prompts } = await agentWithKey(constrain.confirm());
    const evil = testHost();
    const ask = async () => (await through(connect, evil, testHost())).sign(key.blob, login(key));
    for (let n = 0; n < 13; n++) {
      const denied = ask();
      await answer(n, 'deny');
      expect(await denied).toBeUndefined();
    }
    expect(await ask()).toBeUndefined();
    expect(prompts()).toBe(13);
  });

  it('has three kinds of question waiting, six through machines that it makes up, all machines sixteen', async () => {
    const { connect, key, approver, agent } = await agentWithKey(constrain.confirm());
    const suppressed = () => agent.consent.missed.list().length;
    const ask = async (user: string, ...machines: TestHost[]) => {
      const client = await through(connect, ...machines);
      void client.sign(key.blob, login(key, user));
      await settle();
    };
    const evil = testHost();
    for (let n = 0; n < 3; n++) await ask(`user${n}`, evil);
    expect(suppressed()).toBe(0);
    await ask('user3', evil);
    expect(suppressed()).toBe(1);
    for (let n = 0; n < 3; n++) await ask('root', evil, testHost());
    expect(suppressed()).toBe(1);
    await ask('root', evil, testHost());
    expect(suppressed()).toBe(2);
    for (let n = 0; n < 10; n++) await ask('root', testHost());
    expect(suppressed()).toBe(2);
    await ask('root', testHost());
    expect(suppressed()).toBe(3);
    const local = connect(ssh).sign(key.blob, login(key));
    await settle();
    expect(suppressed()).toBe(3);
    // Behind the open one, before all that wait.
    (await approver.confirmPrompt(0)).answer('deny');
    const { request, answer } = await approver.confirmPrompt(1);
    expect(request.requesters()).toMatchObject([{ forwarded: false }]);
    answer('allow');
    expect(await local).toBeDefined();
  });

  it('pushes nothing that was missed here out of the inbox', async () => {
    const { connect, key, answer, agent } = await agentWithKey(constrain.confirm());
    const local = connect(ssh).sign(key.blob, login(key, 'here'));
    await answer(0, 'deny');
    await local;
    const evil = testHost();
    for (let n = 0; n < 150; n++) void (await through(connect, evil)).sign(key.blob, login(key, `user${n}`));
    await expect.poll(() => agent.consent.missed.list().length).toBe(100);
    const users = agent.consent.missed
      .list()
      .map(({ requester: { purpose } }) => purpose.kind === 'ssh-login' && purpose.user);
    expect(users).toContain('here');
  });

  it('that can not be told by its session-bind counts as none of the programs here', async () => {
    const { connect, key, answer, prompts } = await agentWithKey(constrain.confirm());
    const ask = async () => {
      const client = connect(ssh);
      await client.extension('session-bind@openssh.com', badBind());
      return client.sign(key.blob, login(key, `user${prompts()}`));
    };
    for (let n = 0; n < 5; n++) {
      const denied = ask();
      await answer(n, 'deny');
      await denied;
    }
    expect(await ask()).toBeUndefined();
    const local = connect(ssh).sign(key.blob, login(key));
    await answer(5, 'allow');
    expect(await local).toBeDefined();
  });
});

describe('a key of this machine that a machine elsewhere has, too, and adds', () => {
  it('keeps its comment, and leaves the list its room', async () => {
    const { connect, key } = await agentWithKey();
    expect(await connect().status(addRequest(ed25519Key(), 'other'))).toBe(6);
    const remote = await through(connect, testHost());
    expect(await remote.status(addRequest(key, 'c'.repeat(262_144 - 5 - 4 - 51 - 4)))).toBe(6);
    expect(await connect().comments()).toEqual(['me@work', 'other']);
    expect(await connect().status(addRequest(key, 'new name'))).toBe(6);
    expect(await connect().comments()).toEqual(['new name', 'other']);
  });
});

describe('what holds for a key of this machine', () => {
  /** The key under a certificate, in clear. */
  function certified({ blob, privateFields }: TestKey) {
    const certificate = madeUpCertificate(blob);
    const fields = new WireReader(privateFields);
    fields.readString();
    const head = new WireWriter().text(new WireReader(certificate).readText()).string(certificate);
    return { blob: certificate, privateFields: head.bytes(fields.readRest()).finish() };
  }
  const asIs = (key: TestKey) => key;
  const asked = [
    ['the confirmation', constrain.confirm(), undefined],
    ['the lifetime', constrain.lifetime(60), constrain.lifetime(61)],
  ] as const;

  it.each(
    asked.flatMap(([what, here, there]) => [
      [what, 'adds the key again', here, there, asIs] as const,
      [what, 'adds a certificate of it', here, there, certified] as const,
    ]),
  )('keeps %s when another machine that has the key, too, %s', async (_what, _how, here, there, form) => {
    const { connect, key, clock } = await agentWithKey(here);
    const machine = await through(connect, testHost());
    expect(await machine.status(addRequest(form(key), 'looser', there))).toBe(5);
    expect(await machine.status(addRequest(form(key), 'not looser', here))).toBe(6);
    // Who adds it here means it.
    expect(await connect().status(addRequest(key, 'again', there))).toBe(6);
    clock.advance(60_500);
    expect(await connect().comments()).toContain('again');
  });

  it.each([
    ['adds the key again', asIs],
    ['adds a certificate of it', certified],
  ])('keeps its destinations when one of them that has the key, too, %s', async (_how, form) => {
    const host = testHost();
    const steps = restrict({ to: ['theirs', host] }, { from: ['theirs', host], to: ['behind', testHost()] });
    const { connect, key } = await agentWithKey(steps);
    const machine = await through(connect, host);
    expect(await machine.comments()).toEqual(['me@work']);
    for (const constraints of [undefined, steps])
      expect(await machine.status(addRequest(form(key), 'free', constraints))).toBe(5);
    expect(await (await through(connect, testHost())).comments()).toEqual([]);
  });

  it('keeps its passphrase when another machine adds the key in clear', async () => {
    const { client, connect, approver, signHello } = await withEncryptedKey();
    const machine = await through(connect, testHost());
    const clear = new WireWriter().text(clearPpk3).string(pageantBlob).string(bytes('free'));
    expect((await machine.extension('add-key-file@sallyport', clear.finish()))[0]).toBe(28);
    const signed = signHello(client);
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await signed).toMatch(/^0e/);
  });

  it.each(['a client', 'the person'])(
    'is confirmation also of what another machine has added of the key before, when %s asks for it',
    async (who) => {
      const { agent, connect, approver } = testAgent();
      const key = ed25519Key();
      const theirs = certified(key);
      const machine = await through(connect, testHost());
      expect(await machine.status(addRequest(theirs, 'theirs'))).toBe(6);
      expect(await machine.sign(theirs.blob, bytes('x'))).toBeDefined();
      const wish = who === 'a client' ? constrain.confirm() : undefined;
      expect(await connect().status(addRequest(key, 'mine', wish))).toBe(6);
      const mine = agent.keys.list().find(({ comment }) => Buffer.from(comment).toString() === 'mine');
      if (who === 'the person') expect(agent.keys.setConfirm(mine?.id ?? '', true)).toBe(true);
      const signed = machine.sign(theirs.blob, bytes('y'));
      (await approver.confirmPrompt(0)).answer('deny');
      expect(await signed).toBeUndefined();
    },
  );
});

describe('a certificate of a key of this machine that a machine elsewhere has made up', () => {
  it.each([0, 1])('has the key not encrypted again when its lifetime of %i s ends', async (seconds) => {
    const { client, connect, approver, clock, signHello } = await withEncryptedKey();
    const first = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await first).toMatch(/^0e/);
    const inClear = await flagsOf(client);
    const blob = madeUpCertificate(pageantBlob);
    const constraints = constrain.lifetime(seconds);
    const remote = await through(connect, testHost());
    expect(await addFile(remote, plantedPpk(pageantBlob), { blob, constraints })).toBe(6);
    clock.advance(1000 * seconds);
    expect(await client.comments()).toHaveLength(1);
    expect(await flagsOf(client)).toBe(inClear);
  });
});

describe('a program here', () => {
  it('is quiet by key: a "no" to one key says nothing of another', async () => {
    const { connect, key, answer, agent, clock, prompts } = await agentWithKey(constrain.confirm());
    expect(agent.keys.list()).toHaveLength(1);
    for (let n = 0; n < 5; n++) {
      const denied = connect(ssh).sign(key.blob, login(key, `user${n}`));
      await answer(n, 'deny');
      await denied;
    }
    expect(await connect(ssh).sign(key.blob, sshsig('git'))).toBeUndefined();
    const other = connect(program('/usr/bin/git')).sign(key.blob, sshsig('git'));
    await answer(5, 'allow');
    expect(await other).toBeDefined();
    clock.advance(5000);
    const later = connect(ssh).sign(key.blob, sshsig('git'));
    await answer(6, 'allow');
    expect(await later).toBeDefined();
    expect(prompts()).toBe(7);
  });
});

describe('a passphrase prompt for a machine elsewhere', () => {
  const sign = (client: Awaited<ReturnType<typeof through>>) => client.sign(pageantBlob, bytes('data'));

  it('is not opened again and again for one that asks and leaves', async () => {
    const { agent, connect, approver } = await withEncryptedKey();
    const machine = testHost();
    const comeAndGo = async () => {
      const client = await through(connect, machine);
      const reply = sign(client);
      await settle();
      client.session.close();
      expect(await reply).toBeUndefined();
    };
    for (let n = 0; n < 10; n++) await comeAndGo();
    expect(approver.passphrases).toHaveLength(5);
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list().map(({ reason, count }) => [reason, count])).toEqual([
      ['It asked again too soon after a "no".', 5],
      ['The client has gone.', 5],
    ]);
    const local = sign(connect(ssh));
    (await approver.passphrasePrompt(5)).answer(typed(pageantPassphrase));
    expect(await local).toBeDefined();
  });

  it('waits for three keys of one machine at the most, and for more of a program here', async () => {
    const { agent, connect } = testAgent();
    const keys = Array.from({ length: 4 }, () => ed25519Key());
    for (const { blob } of keys) expect(await addFile(connect(), plantedPpk(blob))).toBe(6);
    const machine = testHost();
    for (const { blob } of keys) {
      void (await through(connect, machine)).sign(blob, bytes('data'));
      void connect(ssh).sign(blob, bytes('data'));
    }
    await settle();
    const { missed } = agent.consent;
    const fingerprint = agent.keys.list().at(-1)?.fingerprint;
    expect(missed.list()).toMatchObject([
      { answer: 'suppressed', key: { fingerprint }, requester: { forwarded: true } },
    ]);
  });

  it('that was cancelled does not quieten the same program here', async () => {
    const { connect, approver } = await withEncryptedKey();
    const machine = testHost();
    const first = sign(await through(connect, machine));
    (await approver.passphrasePrompt(0)).answer({ kind: 'cancelled' });
    expect(await first).toBeUndefined();
    expect(await sign(await through(connect, machine))).toBeUndefined();
    const local = sign(connect(ssh));
    (await approver.passphrasePrompt(1)).answer(typed(pageantPassphrase));
    expect(await local).toBeDefined();
  });

  it('is joined by sixteen of its requests, those that have left included, and by those of this one', async () => {
    const { connect, approver } = await withEncryptedKey();
    const machine = testHost();
    const all: ReturnType<typeof sign>[] = [];
    const ask = async () => {
      const client = await through(connect, machine);
      all.push(sign(client));
      await settle();
      return client;
    };
    await ask();
    const { request, answer } = await approver.passphrasePrompt(0);
    for (let n = 0; n < 6; n++) (await ask()).session.close();
    for (let n = 0; n < 13; n++) await ask();
    expect(request.requesters()).toHaveLength(10);
    const local = sign(connect(ssh));
    await settle();
    expect(request.requesters()).toHaveLength(11);
    answer(typed(pageantPassphrase));
    expect(await local).toBeDefined();
    expect((await Promise.all(all)).filter((signature) => signature !== undefined)).toHaveLength(10);
  });

  it('gives a request of this one that joins its whole time, and another machine that does the rest', async () => {
    const { connect, approver, clock } = await withEncryptedKey();
    const theirs = sign(await through(connect, testHost()));
    const { request, answer } = await approver.passphrasePrompt(0);
    clock.advance(request.timeLimitMs - 1000);
    const other = sign(await through(connect, testHost()));
    await expect.poll(() => request.requesters().length).toBe(2);
    expect(request.remainingMs()).toBe(1000);
    const local = sign(connect(ssh));
    await expect.poll(() => request.requesters().length).toBe(3);
    expect(request.remainingMs()).toBe(request.timeLimitMs);
    clock.advance(request.timeLimitMs - 1);
    answer(typed(pageantPassphrase));
    for (const signature of [theirs, other, local]) expect(await signature).toBeDefined();
  });

  it('is not joined by a request of this one that it can not show, which is asked about after a "no"', async () => {
    const { connect, approver } = await withEncryptedKey();
    const theirs = sign(await through(connect, testHost()));
    const { request, answer } = await approver.passphrasePrompt(0);
    request.stopJoining();
    const local = [sign(connect(ssh)), sign(connect(ssh))];
    await settle();
    expect(request.requesters()).toHaveLength(1);
    answer({ kind: 'cancelled' });
    expect(await theirs).toBeUndefined();
    const own = await approver.passphrasePrompt(1);
    expect(own.request.requesters()).toMatchObject([{ forwarded: false }, { forwarded: false }]);
    own.answer(typed(pageantPassphrase));
    for (const signature of local) expect(await signature).toBeDefined();
    expect(approver.passphrases).toHaveLength(2);
  });

  it('serves those of this one, too, that wait for a question of their own', async () => {
    const { connect, approver } = await withEncryptedKey();
    const theirs = sign(await through(connect, testHost()));
    const { request, answer } = await approver.passphrasePrompt(0);
    request.stopJoining();
    const local = sign(connect(ssh));
    await settle();
    answer(typed(pageantPassphrase));
    expect(await theirs).toBeDefined();
    expect(await local).toBeDefined();
    expect(approver.passphrases).toHaveLength(1);
  });
});

describe('what a machine elsewhere adds', () => {
  const wait = (client: Awaited<ReturnType<typeof through>>) => client.sign(pageantBlob, bytes('data'));

  it('again and again does not disturb a request of this one that waits', async () => {
    const { connect, approver } = await withEncryptedKey();
    const machine = await through(connect, testHost());
    const local = wait(connect(ssh));
    for (let n = 0; n < 4; n++) {
      void approver.passphrasePrompt(n).then(async ({ answer }) => {
        expect(await addFile(machine, plantedPpk(pageantBlob))).toBe(6);
        answer(typed(pageantPassphrase, { kind: 'once' }));
      });
    }
    expect(await local).toBeDefined();
    expect(approver.passphrases).toHaveLength(1);
  });

  it('asks nothing of what came from this one, neither for its key nor by a certificate', async () => {
    const { connect, approver } = await withEncryptedKey();
    const machine = await through(connect, testHost());
    const parts = { blob: pageantBlob, constraints: constrain.confirm() };
    expect(await addFile(machine, plantedPpk(pageantBlob), parts)).toBe(28);
    const lifetime = { ...parts, constraints: constrain.lifetime(1) };
    expect(await addFile(machine, plantedPpk(pageantBlob), lifetime)).toBe(28);
    const planted = { ...parts, blob: madeUpCertificate(pageantBlob) };
    expect(await addFile(machine, plantedPpk(pageantBlob), planted)).toBe(6);
    const local = wait(connect(ssh));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await local).toBeDefined();
    expect(approver.confirms).toHaveLength(0);
  });
});

describe('certificates that a machine elsewhere adds of a key of this one', () => {
  const listExtended = 'list-extended@putty.projects.tartarus.org';

  it('come behind all keys of this one, used before or not, however long they are', async () => {
    const { connect, key } = await agentWithKey();
    const machine = await through(connect, testHost());
    for (let n = 0; n < 12; n++) {
      const extensions = new WireWriter().text('padding').string(new Uint8Array(30_000)).finish();
      const blob = madeUpCertificate(key.blob, { extensions });
      expect(await addFile(machine, plantedPpk(key.blob), { blob })).toBe(6);
    }
    const other = ed25519Key();
    expect(await connect().status(addRequest(other, 'other'))).toBe(6);
    const firstOf = async (n: number) => (await connect().comments()).slice(0, n);
    expect(await firstOf(3)).toEqual(['me@work', 'other', 'planted']);
    const extended = new WireReader(await connect().extension(listExtended));
    extended.readByte();
    extended.readUint32();
    expect(extended.readString()).toEqual(key.blob);
    for (let n = 2; n > 0; n--) extended.readString();
    expect(extended.readString()).toEqual(other.blob);
    // Learns the host, and with it the order of its keys.
    const host = testHost();
    const client = connect(ssh);
    await bind(client, host, sid(1), false);
    expect(await client.sign(key.blob, login(key, 'git', sid(1)))).toBeDefined();
    expect(await firstOf(3)).toEqual(['me@work', 'other', 'planted']);
    expect((await client.comments()).slice(0, 3)).toEqual(['me@work', 'other', 'planted']);
  });
});

describe('constraints that a machine elsewhere has asked for', () => {
  const certificate = madeUpCertificate(pageantBlob);
  const asked = [
    ['a lifetime', constrain.lifetime(60)],
    ['confirmation', constrain.confirm()],
    ['destinations', restrict({ to: ['theirs', testHost()] })],
  ] as const;
  /** Signs here, long after: by the passphrase alone. */
  async function signsHere({ connect, approver, clock }: ReturnType<typeof testAgent>) {
    clock.advance(61_000);
    const local = connect(ssh).sign(pageantBlob, bytes('data'));
    void approver.passphrasePrompt(0).then(({ answer }) => answer(typed(pageantPassphrase)));
    void approver.confirmPrompt(0).then(({ answer }) => answer('deny'));
    return (await local) !== undefined;
  }

  it.each(asked)('for a key before it is added here do not bind it: %s', async (_what, constraints) => {
    const agent = testAgent();
    const machine = await through(agent.connect, testHost());
    expect(await addFile(machine, plantedPpk(pageantBlob), { constraints })).toBe(6);
    expect(await addFile(agent.connect(), encryptedPpk3)).toBe(6);
    expect(await agent.connect().comments()).toEqual(['enc eddsa 255']);
    expect(await signsHere(agent)).toBe(true);
  });

  it.each(asked)(
    'for a certificate with a copy of the file of a key do not bind it: %s',
    async (_what, constraints) => {
      for (const isFirst of [true, false]) {
        const agent = testAgent();
        const machine = await through(agent.connect, testHost());
        const add = () => addFile(machine, encryptedPpk3, { blob: certificate, constraints });
        if (isFirst) expect(await add()).toBe(6);
        expect(await addFile(agent.connect(), encryptedPpk3)).toBe(6);
        if (!isFirst) expect(await add()).toBe(6);
        expect(await signsHere(agent)).toBe(true);
        expect(await signsHere(agent)).toBe(true);
      }
    },
  );
});

describe('a copy of a key file that a machine elsewhere adds', () => {
  it('proves nothing of it when it is opened for this one, so that what it came with goes with the key', async () => {
    const { connect, approver } = await withEncryptedKey();
    const machine = await through(connect, testHost());
    const certificate = madeUpCertificate(pageantBlob);
    expect(await addFile(machine, encryptedPpk3, { blob: certificate })).toBe(6);
    const local = connect(ssh).sign(pageantBlob, bytes('data'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await local).toBeDefined();
    expect(await connect().status(request(18).string(pageantBlob))).toBe(6);
    const theirs = machine.sign(certificate, bytes('data'));
    (await approver.passphrasePrompt(1)).answer({ kind: 'cancelled' });
    expect(await theirs).toBeUndefined();
  });

  it('proves nothing of it either when its line ends make it another file', async () => {
    const { connect, approver } = await withEncryptedKey();
    const machine = await through(connect, testHost());
    const certificate = madeUpCertificate(pageantBlob);
    const sameKey = encryptedPpk3.replaceAll('\n', '\r\n');
    for (const [prompt, keep] of (['once', 'until-locked'] as const).entries()) {
      expect(await addFile(machine, sameKey, { blob: certificate })).toBe(6);
      const local = connect(ssh).sign(pageantBlob, bytes('data'));
      (await approver.passphrasePrompt(prompt)).answer(typed(pageantPassphrase, { kind: keep }));
      expect(await local).toBeDefined();
    }
    expect(await connect().status(request(18).string(pageantBlob))).toBe(6);
    const theirs = machine.sign(certificate, bytes('data'));
    (await approver.passphrasePrompt(2)).answer({ kind: 'cancelled' });
    expect(await theirs).toBeUndefined();
  });

  it('is kept for the next start with what was added here, and with nothing of that machine', async () => {
    const { agent, connect, approver } = testAgent();
    const machine = await through(connect, testHost());
    const kept = () => agent.keys.list().map(({ id }) => agent.keys.encryptedFiles(id).length);
    expect(await addFile(machine, encryptedPpk3)).toBe(6);
    expect(kept()).toEqual([0]);
    expect(await addFile(connect(), encryptedPpk3)).toBe(6);
    expect(kept()).toEqual([1]);
    const local = connect(ssh).sign(pageantBlob, bytes('data'));
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    await local;
    expect(await addFile(machine, encryptedPpk3, { blob: madeUpCertificate(pageantBlob) })).toBe(6);
    expect(kept()).toEqual([1, 0]);
  });
});

describe('the question whether a costly key file may be opened', () => {
  it('shows all who wait, who joins has its whole time, and who leaves is gone', async () => {
    const costly = encryptedPpk3.replace('Argon2-Passes: 2', 'Argon2-Passes: 4096');
    const { connect, approver, clock } = await withEncryptedKey(costly);
    const sign = (client: Awaited<ReturnType<typeof through>>) => client.sign(pageantBlob, bytes('data'));
    const remote = await through(connect, testHost());
    const replies = [sign(remote)];
    const asked = await approver.passphrasePrompt(0);
    replies.push(sign(connect(ssh)));
    await expect.poll(() => asked.request.requesters().length).toBe(2);
    asked.answer(typed(pageantPassphrase));
    const { request, answer } = await approver.confirmPrompt(0);
    const forwarded = () => request.requesters().map((requester) => requester.forwarded);
    expect(forwarded()).toEqual([true, false]);
    let changes = 0;
    request.onRequestersChanged(() => changes++);
    clock.advance(request.timeLimitMs - 1);
    replies.push(sign(connect(ssh)));
    await expect.poll(forwarded).toEqual([true, false, false]);
    expect(request.remainingMs()).toBe(request.timeLimitMs);
    remote.session.close();
    expect(forwarded()).toEqual([false, false]);
    expect(changes).toBe(2);
    answer('deny');
    expect(await Promise.all(replies)).toEqual([undefined, undefined, undefined]);
  });
});
