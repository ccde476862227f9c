// Signatures of the post-quantum key, ours verified by OpenSSH and OpenSSH's by us, each half broken alone, too.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgentClient } from '../../main/client/agent-client.ts';
import { connectToAgent } from '../../main/client/agent-connection.ts';
import { inlineCryptoOffload as offload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../main/keys/files/parse-key-file.ts';
import type { PrivateKey } from '../../main/keys/kinds/shared/private-key.ts';
import { verifySignature } from '../../main/keys/kinds/verify-signature.ts';
import { eventually } from '../interop/support/eventually.ts';
import { type KeyPair, makeKeyPair } from '../interop/support/key-pairs.ts';
import { run, runOk } from '../interop/support/run-program.ts';
import { openWorkspace } from '../interop/support/workspace.ts';

/** Many more for once: SALLYPORT_VECTORS=1000. */
const count = Number(process.env['SALLYPORT_VECTORS'] ?? 20);
const timeout = 30_000 + count * 1_000;
const space = openWorkspace();
const algorithm = 'ssh-mldsa44-ed25519';
let pair: KeyPair;
let key: PrivateKey;

beforeAll(async () => {
  pair = await makeKeyPair(space, 'key', { type: 'mldsa44' });
  const file = parseKeyFile(await readFile(pair.path));
  if (file.kind !== 'clear') throw new Error('not in clear');
  key = await (await file.fields(offload)).load(offload);
});

function withByte(bytes: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = (changed[at] as number) ^ (1 << (at % 8));
  return changed;
}

/** A byte of ML-DSA's half of a signature blob, and one of Ed25519's; others each time. */
const bytesOfHalves = (n: number, length: number) => [
  length - 64 - 1 - ((n * 37) % 2420),
  length - 1 - (n % 64),
];

describe('signatures', () => {
  it(`by OpenSSH's agent (${count}) are verified here, and no more with one half broken`, {
    timeout,
  }, async () => {
    const socketPath = space.path('openssh.sock');
    const openssh = spawn('ssh-agent', ['-D', '-a', socketPath], { env: space.env, stdio: 'ignore' });
    space.defer(() => void openssh.kill());
    const env = { ...space.env, SSH_AUTH_SOCK: socketPath };
    await eventually(
      'the agent takes the key',
      async () => (await run('ssh-add', ['-q', pair.path], { env })).code === 0,
    );
    const client = new AgentClient(await connectToAgent(socketPath));
    for (let n = 0; n < count; n++) {
      const data = randomBytes(n);
      const blob = await client.sign(pair.blob, data, 0);
      expect(await verifySignature(key.publicKey, blob, data, offload)).toBe(true);
      for (const at of bytesOfHalves(n, blob.length))
        expect(await verifySignature(key.publicKey, withByte(blob, at), data, offload)).toBe(false);
    }
    client.close();
  });

  /** An SSHSIG of `message` by the blob that `sign` makes (PROTOCOL.sshsig). */
  async function sshsig(message: Uint8Array, change: (blob: Uint8Array) => Uint8Array): Promise<string> {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-512', Uint8Array.from(message)));
    const magic = Buffer.from('SSHSIG');
    const signed = new WireWriter().bytes(magic).text('file').text('').text('sha512').string(digest);
    const blob = change(await key.sign(signed.finish(), algorithm));
    const head = new WireWriter()
      .bytes(magic)
      .uint32(1)
      .string(pair.blob)
      .text('file')
      .text('')
      .text('sha512');
    const base64 = Buffer.from(head.string(blob).finish()).toString('base64');
    return `-----BEGIN SSH SIGNATURE-----\n${base64.replace(/.{70}/g, '$&\n')}\n-----END SSH SIGNATURE-----\n`;
  }

  it(`of ours (${count}) are verified by ssh-keygen, and no more with one half broken`, {
    timeout,
  }, async () => {
    const signers = await space.write('signers', `me ${pair.publicKey}\n`);
    for (let n = 0; n < count; n++) {
      const message = randomBytes(n).toString('hex');
      const verify = async (change: (blob: Uint8Array) => Uint8Array) => {
        const path = await space.write('signature', await sshsig(Buffer.from(message), change));
        const args = ['-Y', 'verify', '-f', signers, '-I', 'me', '-n', 'file', '-s', path];
        return (await run('ssh-keygen', args, { env: space.env, input: message })).code;
      };
      expect(await verify((blob) => blob)).toBe(0);
      const half = n % 2;
      expect(await verify((blob) => withByte(blob, bytesOfHalves(n, blob.length)[half] as number))).not.toBe(
        0,
      );
    }
  });
});

it('the public half that we derive from the seeds is the one that ssh-keygen wrote', async () => {
  const printed = await runOk('ssh-keygen', ['-y', '-f', pair.path], { env: space.env });
  expect(printed).toContain(pair.publicKey);
  expect(new WireReader(key.publicKey.blob).readText()).toBe(algorithm);
  expect(key.publicKey.blob).toEqual(pair.blob);
});
