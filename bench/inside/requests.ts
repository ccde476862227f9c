// Requests to an agent with 1,000 keys and 1,000 rules, from the message to the reply.
import { generateKeyPairSync } from 'node:crypto';
import type { Session } from '../../main/agent/agent.ts';
import { storePolicy } from '../../main/agent/consent/rules/policy-format.ts';
import { createAgent } from '../../main/agent/create-agent.ts';
import type { HostName } from '../../main/agent/facts/host-names.ts';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';
import { loginData, sid, testHost } from '../../tests/fakes/host-session.ts';
import { benchPolicy } from './decision.ts';
import { type Measurement, measure } from './measure.ts';

const keyCount = 1000;

function addRequest(comment: string): { blob: Uint8Array; message: Uint8Array } {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [x, d] = [jwk.x, jwk.d].map((part) => Buffer.from(part ?? '', 'base64url'));
  if (!x || !d) throw new Error('no key');
  const blob = new WireWriter().text('ssh-ed25519').string(x).finish();
  const message = new WireWriter()
    .byte(17)
    .bytes(blob)
    .string(Buffer.concat([d, x]))
    .text(comment)
    .finish();
  return { blob, message };
}

const sessionId = sid(1);

function loginRequest(keyBlob: Uint8Array): Uint8Array {
  const data = loginData(keyBlob, 'git', sessionId);
  return new WireWriter().byte(13).string(keyBlob).string(data).uint32(0).finish();
}

/** A host that no rule is about: where it were unknown, those that deny would hold. */
const host = testHost();
const hostName: HostName = { names: ['host.example'], source: 'known_hosts', isRevoked: false };
const bindRequest = new WireWriter()
  .byte(27)
  .text('session-bind@openssh.com')
  .bytes(host.bind(sessionId, false))
  .finish();

async function agentWithKeys(
  withRules: boolean,
  isBound = true,
): Promise<{ session: Session; blobs: Uint8Array[] }> {
  const agent = createAgent({
    // Nobody is asked: the keys of the policy are others than these.
    approver: {
      confirm: () => Promise.resolve('deny'),
      askPassphrase: () => Promise.resolve({ kind: 'cancelled' }),
    },
    offload: inlineCryptoOffload,
    hostNames: { nameOf: () => Promise.resolve(hostName), nameAt: () => Promise.resolve(undefined) },
    policyFile: {
      load: () => (withRules ? JSON.parse(JSON.stringify(storePolicy(benchPolicy))) : undefined),
      save: () => Promise.resolve(),
      hasChanged: () => false,
    },
  });
  const process = { pid: 1, executable: '/usr/bin/ssh', parents: [], connections: [] };
  const session = agent.openSession({
    transport: 'bench',
    pid: 1,
    mayPrompt: true,
    describe: () => Promise.resolve(process),
  });
  const blobs: Uint8Array[] = [];
  for (let n = 0; n < keyCount; n++) {
    const { blob, message } = addRequest(`key ${n}`);
    if ((await session.handle(message))[0] !== 6) throw new Error('a key was refused');
    blobs.push(blob);
  }
  if (isBound && (await session.handle(bindRequest))[0] !== 6) throw new Error('the host was refused');
  return { session, blobs };
}

async function benchSign(name: string, withRules: boolean): Promise<Measurement> {
  const { session, blobs } = await agentWithKeys(withRules);
  const requests = blobs.map((blob) => loginRequest(blob));
  return await measure(name, 2000, async (call) => {
    const [status] = await session.handle(requests[call % keyCount]?.slice() ?? new Uint8Array());
    if (status !== 14) throw new Error('a signature was refused');
  });
}

async function benchList(name: string, withRules: boolean, isBound: boolean): Promise<Measurement> {
  const { session } = await agentWithKeys(withRules, isBound);
  return await measure(name, 500, async () => {
    const reader = new WireReader(await session.handle(Uint8Array.of(11)));
    if (reader.readByte() !== 12 || reader.readUint32() !== keyCount) throw new Error('keys are missing');
  });
}

export async function benchRequests(): Promise<Measurement[]> {
  return [
    await benchSign('Ed25519 login signature, 1,000 keys, no rules', false),
    await benchSign('Ed25519 login signature, 1,000 keys, 1,000 rules', true),
    await benchList('list of 1,000 keys, no rules, host not known', false, false),
    await benchList('list of 1,000 keys, 1,000 rules, host known', true, true),
  ];
}
