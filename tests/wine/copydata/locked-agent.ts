// Runs in node.exe: an agent that its person has locked, with a door for old programs and one for new ones; a test is the person.
import { createCopydataTransport } from '../../../ipc/transports/copydata/create-copydata-transport.ts';
import { createOwnPipeTransport, ownPipeName } from '../../../ipc/transports/pipes/own-pipe.ts';
import { systemClock } from '../../../main/basics/clock.ts';
import { Doors } from '../../../main/doors/doors.ts';
import { signatureBy } from '../../fakes/fake-store.ts';
import { UnlockingApprover } from '../../fakes/scripted-approver.ts';
import { addRequest, bytes, constrain, signRequest, testAgent } from '../../fakes/test-agent.ts';
import { ed25519Key } from '../../fakes/test-key.ts';
import { serveControl } from '../lane/control-server.ts';

const clock = systemClock();
const approver = new UnlockingApprover();
const { agent, connect } = testAgent({ approver, clock });
const keys = { plain: ed25519Key(), confirmed: ed25519Key() };
const data = bytes('to be signed');
const hex = (message: Uint8Array) => Buffer.from(message).toString('hex');

const copydata = createCopydataTransport({
  workerUrl: new URL('./copydata-worker.js', import.meta.url),
  legacyClients: 'prompt',
});
const doors = new Doors({
  transports: [copydata, createOwnPipeTransport()],
  openSession: agent.openSession,
  clock,
  log: () => {},
});

const stop = serveControl({
  start: async () => {
    await connect().status(addRequest(keys.plain, 'plain'));
    await connect().status(addRequest(keys.confirmed, 'confirmed', constrain.confirm()));
    const [failure] = await doors.open();
    if (failure) throw failure;
    return { pipe: ownPipeName() };
  },
  /** A request for a signature, and the reply that has it: Ed25519 signs the same in the same way. */
  request: (name: keyof typeof keys) => {
    const key = keys[name];
    const signature = signatureBy(key, { algorithm: 'ssh-ed25519', data });
    const length = Buffer.alloc(4);
    length.writeUInt32BE(signature.length);
    return { request: hex(signRequest(key.blob, data).finish()), reply: `0e${hex(length)}${hex(signature)}` };
  },
  lock: () => agent.pause(),
  state: () => ({ isLocked: agent.isLocked }),
  /** What the person has been asked about the lock. */
  unlocks: () =>
    approver.unlocks.map(({ request, signal }) => ({
      isClosed: signal.aborted,
      waiting: request.waiting().map(({ key, requester: { transport, process } }) => ({
        comment: key.comment,
        transport,
        executable: process?.executable,
      })),
    })),
  answerUnlock: (answer: 'unlock' | 'stay-locked') => approver.unlocks.at(-1)?.answer(answer),
  confirms: () => approver.confirms.map(({ request }) => request.key.comment),
  answerConfirm: (answer: 'allow' | 'deny') => approver.confirms.at(-1)?.answer(answer),
  quit: () => {
    agent.stop();
    void doors.close().then(() => setImmediate(stop));
  },
});
