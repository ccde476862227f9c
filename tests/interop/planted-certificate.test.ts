// A host that the agent is forwarded to plants a certificate for a known public key, before the person adds the key.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';
import { loginData, sid } from '../fakes/host-session.ts';
import { plantedPpk } from '../fakes/planted-file.ts';
import { request, signRequest } from '../fakes/test-agent.ts';
import { Askpass } from './support/askpass.ts';
import { describeWith } from './support/installed-programs.ts';
import { certify, type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { shellCommand } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

/** Sends the message of a file to the agent that it finds, and prints the reply in hex. */
const sender = `
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
const socket = connect(process.env.SSH_AUTH_SOCK);
socket.write(readFileSync(process.argv[2]));
let reply = Buffer.alloc(0);
socket.on('data', (chunk) => {
  reply = Buffer.concat([reply, chunk]);
  if (reply.length < 4 || reply.length < 4 + reply.readUInt32BE()) return;
  console.log(reply.subarray(4).toString('hex'));
  socket.destroy();
});
`;

describeWith(
  ['sshd'],
  'a certificate that a host planted through agent forwarding before its key was added',
  () => {
    const space = openWorkspace();
    let askpass: Askpass;
    let host: Sshd;
    let otherHost: Sshd;
    let passKey: KeyPair;
    let key: KeyPair;
    let certificate: Uint8Array;
    let agent: RunningAgent;

    beforeAll(async () => {
      askpass = await Askpass.install(space, 'askpass');
      [passKey, key] = await Promise.all([makeKeyPair(space, 'pass'), makeKeyPair(space, 'victim')]);
      const ca = await makeKeyPair(space, 'strangers-ca');
      const certificatePath = await certify(space, ca, key, 'root');
      const [, base64 = ''] = (await readFile(certificatePath, 'utf8')).split(' ');
      certificate = Uint8Array.from(Buffer.from(base64, 'base64'));
      // The person does not have it: ssh-add would add and remove it with the key.
      await rm(certificatePath);
      [host, otherHost] = (await Promise.all(
        ['host', 'other-host'].map((name) => startSshd(space, { name, authorizedKeys: [passKey.publicKey] })),
      )) as [Sshd, Sshd];
      await writeFile(space.path('send.mjs'), sender);
    });

    beforeEach(async () => {
      await agent?.stop();
      agent = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
      await agent.runOk('ssh-add', '-q', passKey.path);
      const added = request(27)
        .text('add-key-file@sallyport')
        .text(plantedPpk(certificate))
        .text('')
        .text('');
      expect(await sendFromHost(added)).toEqual(Buffer.of(6));
    });

    /** The reply to a message that a program on the host sends to the forwarded agent. */
    async function sendFromHost(message: WireWriter): Promise<Buffer> {
      const path = await space.write('message', new WireWriter().string(message.finish()).finish());
      const command = shellCommand([process.execPath, space.path('send.mjs'), path]);
      const printed = await agent.runOk(
        'ssh',
        ...sshArguments(host, '-A', '-i', passKey.publicPath),
        command,
      );
      return Buffer.from(printed.trim(), 'hex');
    }

    const signAtHost = () => sendFromHost(signRequest(certificate, loginData(certificate, 'root', sid(1))));

    it('does not sign past the confirmation of the key', async () => {
      await agent.runOk('ssh-add', '-q', '-c', key.path);
      const reply = signAtHost();
      const question = await askpass.next();
      expect(question.kind).toBe('confirm');
      await question.cancel();
      expect(await reply).toEqual(Buffer.of(5));
    });

    it('is neither listed nor signs where the key must not go', async () => {
      const knownHosts = await space.write('known_hosts', await readFile(otherHost.knownHostsPath, 'utf8'));
      await agent.runOk('ssh-add', '-q', '-H', knownHosts, '-h', 'other-host', key.path);
      const listed = await sendFromHost(request(11));
      expect(new WireReader(listed.subarray(1)).readUint32()).toBe(1);
      expect(listed.includes(Buffer.from(passKey.blob))).toBe(true);
      expect(await signAtHost()).toEqual(Buffer.of(5));
    });

    it('does not sign any more when the key was removed, and what the person types opens nothing', async () => {
      await agent.runOk('ssh-add', '-q', key.path);
      expect((await signAtHost())[0]).toBe(14);
      await agent.runOk('ssh-add', '-q', '-d', key.publicPath);
      const reply = signAtHost();
      const question = await askpass.next();
      expect(question.kind).toBe('passphrase');
      await question.answer('a passphrase of the person');
      await (await askpass.next()).cancel();
      expect(await reply).toEqual(Buffer.of(5));
    });
  },
);
