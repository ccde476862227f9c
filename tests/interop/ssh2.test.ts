// ssh2, the SSH of Node programs: a new connection for each list and each signature.
import { once } from 'node:events';
import ssh2 from 'ssh2';
import { beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from './support/installed-programs.ts';
import { forgetPrivateHalves, type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, startSshd, user } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
const types = ['ed25519', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521', 'rsa'];
let keys: KeyPair[];
let agent: RunningAgent;

beforeAll(async () => {
  keys = await Promise.all(types.map((type) => makeKeyPair(space, type, { type })));
  agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
  await agent.runOk('ssh-add', '-q', ...keys.map(({ path }) => path));
  await forgetPrivateHalves(keys);
});

const keyOf = (type: string) => keys.find(({ comment }) => comment === type) as KeyPair;

describe('ssh2', () => {
  const list = () =>
    new Promise<ssh2.ParsedKey[]>((resolve, reject) => {
      new ssh2.OpenSSHAgent(agent.socketPath).getIdentities((error, listed) => {
        if (error || !listed) reject(error);
        else resolve(listed as ssh2.ParsedKey[]);
      });
    });

  const sign = (key: ssh2.ParsedKey, data: Buffer, hash?: 'sha256' | 'sha512') =>
    new Promise<Buffer>((resolve, reject) => {
      const done: ssh2.SignCallback = (error, signature) => {
        if (error || !signature) reject(error);
        else resolve(signature);
      };
      new ssh2.OpenSSHAgent(agent.socketPath).sign(key, data, hash ? { hash } : {}, done);
    });

  it('lists the keys with their comments, in order', async () => {
    const listed = await list();
    expect(listed.map(({ comment }) => comment)).toEqual(types);
    expect(listed.map((key) => key.getPublicSSH().toString('hex'))).toEqual(
      keys.map(({ blob }) => Buffer.from(blob).toString('hex')),
    );
  });

  // The verify() of ssh2 knows ECDSA signatures in another form; the logins below show those.
  it.each(['ed25519', 'rsa'])('signs with a key of type %s', async (type) => {
    const key = (await list()).find(({ comment }) => comment === type) as ssh2.ParsedKey;
    const data = Buffer.from('text');
    const hash = type === 'rsa' ? 'sha512' : undefined;
    const signature = await sign(key, data, hash);
    expect(key.verify(data, signature, hash)).toBe(true);
    expect(key.verify(Buffer.from('other'), signature, hash)).toBe(false);
  });

  it('lists and signs from many places at the same time', async () => {
    const [key] = (await list()) as [ssh2.ParsedKey];
    const data = Buffer.from('text');
    const results = await Promise.all(
      Array.from({ length: 40 }, async (_, n) =>
        n % 2 ? (await list()).length : key.verify(data, await sign(key, data)),
      ),
    );
    expect(results).toEqual(results.map((_, n) => (n % 2 ? types.length : true)));
  });
});

const sshdIsThere = findProgram('sshd') !== undefined;

describe.skipIf(!sshdIsThere)(`ssh2${sshdIsThere ? '' : ' (skipped: not installed: sshd)'}`, () => {
  let sshd: Sshd;

  beforeAll(async () => {
    sshd = await startSshd(space, { name: 'server', authorizedKeys: keys.map(({ publicKey }) => publicKey) });
  });

  /** Standard output of a command, after a login with the agent. */
  async function runRemotely(command: string, options: ssh2.ConnectConfig): Promise<string> {
    const client = new ssh2.Client();
    try {
      const ready = once(client, 'ready');
      client.connect({ host: '127.0.0.1', port: sshd.port, username: user, ...options });
      await ready;
      const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
        client.exec(command, (error, stream) => (error ? reject(error) : resolve(stream))),
      );
      let printed = '';
      channel.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
      await once(channel, 'close');
      return printed;
    } finally {
      client.end();
    }
  }

  /** Offers the server one key of those in the agent. */
  class OneKeyAgent extends ssh2.OpenSSHAgent {
    readonly #blob: Uint8Array;

    constructor(blob: Uint8Array) {
      super(agent.socketPath);
      this.#blob = blob;
    }

    override getIdentities(listed: ssh2.IdentityCallback<ssh2.ParsedKey>): void {
      super.getIdentities((error, all) =>
        listed(
          error,
          all?.filter((key) => (key as ssh2.ParsedKey).getPublicSSH().equals(this.#blob)),
        ),
      );
    }
  }

  it.concurrent.each(types)('logs in with a key of type %s', async (type) => {
    const printed = await runRemotely('cat "$SSH_USER_AUTH"', {
      agent: new OneKeyAgent(keyOf(type).blob),
      hostVerifier: (hostKey: Buffer) => hostKey.equals(sshd.hostKey.blob),
    });
    expect(printed).toBe(`publickey ${keyOf(type).publicKey}\n`);
  });

  it('forwards the agent', async () => {
    const printed = await runRemotely(`ssh-add -L && ssh-add -T ${keyOf('rsa').publicPath} && echo signed`, {
      agent: agent.socketPath,
      agentForward: true,
    });
    expect(printed).toBe(`${keys.map((key) => `${key.publicKey} ${key.comment}\n`).join('')}signed\n`);
  });
});
