// The command against whatever answers as Sallyport: it tells nothing that could be used again, nor what the person has typed.
import { describe, expect, it } from 'vitest';
import { AgentClient } from '../../../main/client/agent-client.ts';
import type { AgentConnection } from '../../../main/client/agent-connection.ts';
import { AgentRefusedError } from '../../../main/client/agent-errors.ts';
import { WireReader, WireWriter } from '../../../main/keys/encoding/wire.ts';
import { bytes, testAgent, testPeer } from '../../fakes/test-agent.ts';

const secret = new Uint8Array(32).fill(7);
const pin = bytes('the PIN 928374');

type Passed = (body: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** Writes down what the command sends, and answers. */
function impostor(answer: Passed) {
  const seen: Uint8Array[] = [];
  const connection: AgentConnection = {
    async request(body) {
      const copy = Uint8Array.from(body);
      seen.push(copy);
      return await answer(copy);
    },
    close() {},
  };
  return { client: new AgentClient(connection), seen };
}

const nameOf = (body: Uint8Array) => new WireReader(body.subarray(1)).readText();
const contains = (seen: readonly Uint8Array[], what: Uint8Array) =>
  seen.some((body) => Buffer.from(body).includes(Buffer.from(what)));
const helloReply = (version: number, ...strings: readonly Uint8Array[]) => {
  const reply = new WireWriter().byte(6).uint32(version);
  for (const each of strings) reply.string(each);
  return reply.finish();
};
/** The nonce in `hello@sallyport`. */
const nonceIn = (body: Uint8Array) => {
  const reader = new WireReader(body.subarray(1));
  reader.readText();
  reader.readUint32();
  return reader.readString();
};

describe('whoever answers as Sallyport', () => {
  it.each<[string, Passed, RegExp]>([
    ['knows no hello', () => Uint8Array.of(5), /not Sallyport, or one of an older version/],
    ['refuses it', () => Uint8Array.of(28), /refused to talk to this command/],
    ['has another version', () => helloReply(2), /of another version of Sallyport than this command/],
    ['shows nothing', () => helloReply(1, new Uint8Array(32), new Uint8Array()), /does not have your secret/],
    [
      'shows something made up',
      () => helloReply(1, new Uint8Array(32), new Uint8Array(32)),
      /does not have your secret/,
    ],
    [
      'shows what it was sent',
      (body) => helloReply(1, nonceIn(body), nonceIn(body)),
      /does not have your secret/,
    ],
    ['says too little', () => helloReply(1, new Uint8Array(4)), /makes no sense/],
    [
      'says that all went well',
      (body) =>
        nameOf(body) === 'hello@sallyport' ? helloReply(1, bytes('x'), bytes('y')) : Uint8Array.of(6),
      /does not have your secret/,
    ],
  ])('and %s is told a number that was drawn for it, and nothing else', async (_what, answer, message) => {
    const { client, seen } = impostor(answer);
    const asked = [
      client.doors(secret),
      client.changeSecurityKeys(secret, { do: 'load' }, pin),
      client.changeRules(secret, { do: 'set-level', level: 'never' }),
      client.stopProgram(secret),
    ];
    for (const each of asked) await expect(each).rejects.toThrow(message);
    expect(seen.map(nameOf)).toEqual(['hello@sallyport']);
    expect(contains(seen, secret)).toBe(false);
    expect(contains(seen, pin)).toBe(false);
  });

  it('gets another number each time', async () => {
    const nonces = new Set<string>();
    for (let n = 0; n < 3; n++) {
      const { client, seen } = impostor(() => Uint8Array.of(5));
      await expect(client.doors(secret)).rejects.toThrow(AgentRefusedError);
      nonces.add(Buffer.from(nonceIn(seen[0] as Uint8Array)).toString('hex'));
    }
    expect(nonces.size).toBe(3);
  });
});

/** Passes on to the person's own agent, as a machine may to which that is forwarded without a session-bind. */
function between(
  change: (reply: Uint8Array, replies: readonly Uint8Array[]) => Uint8Array = (reply) => reply,
) {
  const test = testAgent({ localSecret: secret });
  const session = test.agent.openSession(testPeer());
  const replies: Uint8Array[] = [];
  const passed = impostor(async (body) => {
    const reply = Uint8Array.from(await session.handle(Uint8Array.from(body)));
    replies.push(reply);
    return change(reply, replies);
  });
  const open = () => test.agent.openSession(testPeer());
  return { ...test, ...passed, session, open, replies };
}

describe('whoever passes on to the agent what the command says', () => {
  it('reads neither the secret nor what is typed, nor what the agent tells', async () => {
    const { client, seen, replies } = between();
    expect(await client.changeRules(secret, { do: 'set-level', level: 'always' })).toMatchObject({
      policy: { defaultLevel: 'always' },
    });
    await client.changeSecurityKeys(secret, { do: 'load' }, pin);
    expect(seen.map(nameOf)).toEqual(['hello@sallyport', 'sealed@sallyport', 'sealed@sallyport']);
    for (const word of [secret, pin, bytes('always'), bytes('rules@sallyport')])
      expect(contains([...seen, ...replies], word)).toBe(false);
  });

  it('has no use of it: not again on that connection, nor on another, nor changed', async () => {
    const { client, seen, session, open, agent } = between();
    await client.changeRules(secret, { do: 'set-level', level: 'never' });
    await agent.consent.policies.setDefaultLevel('always');
    const [hello, sealed] = seen as [Uint8Array, Uint8Array];
    const other = open();
    expect((await other.handle(Uint8Array.from(hello)))[0]).toBe(6);
    expect([...(await other.handle(Uint8Array.from(sealed)))]).toEqual([28]);
    expect([...(await session.handle(Uint8Array.from(sealed)))]).toEqual([28]);
    const fresh = between();
    const changed = impostor(async (body) => {
      const sent = Uint8Array.from(body);
      if (nameOf(body) === 'sealed@sallyport') sent[body.length - 20] = (sent[body.length - 20] ?? 0) ^ 1;
      return await fresh.session.handle(sent);
    });
    await expect(changed.client.changeRules(secret, { do: 'set-level', level: 'always' })).rejects.toThrow();
    expect(agent.consent.policies.policy.defaultLevel).toBe('always');
    expect(fresh.agent.consent.policies.policy.defaultLevel).toBe('never');
  });

  it('can’t ask for anything itself on a connection where the command has', async () => {
    const { client, session, agent } = between();
    await client.changeRules(secret, { do: 'set-level', level: 'always' });
    const plain = new WireWriter()
      .byte(27)
      .text('rules@sallyport')
      .text('{"do":"set-level","level":"never"}')
      .finish();
    expect([...(await session.handle(plain))]).toEqual([28]);
    expect(agent.consent.policies.policy.defaultLevel).toBe('always');
  });

  it('can’t give an answer of its own, or that of another request, for the agent’s', async () => {
    const repeating = between((reply, replies) => (replies.length === 3 ? (replies[1] ?? reply) : reply));
    await repeating.client.doors(secret);
    await expect(repeating.client.changeRules(secret, { do: 'list' })).rejects.toThrow(/changed on its way/);
    const own = between((reply, replies) => (replies.length === 2 ? helloReply(1, bytes('[]')) : reply));
    await expect(own.client.doors(secret)).rejects.toThrow(AgentRefusedError);
    const plain = between((reply, replies) =>
      replies.length === 2 ? new WireWriter().byte(6).text('[]').finish() : reply,
    );
    await expect(plain.client.doors(secret)).rejects.toThrow(/changed on its way/);
    // It can always say no.
    const refusing = between((reply, replies) => (replies.length === 2 ? Uint8Array.of(28) : reply));
    await expect(refusing.client.doors(secret)).rejects.toThrow(/refused/);
  });
});
