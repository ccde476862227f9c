// Comments are bytes: what ssh-add lists is what stood in the file, whatever encoding that is.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createUnixSocketTransport } from '../../ipc/transports/unix/unix-socket.ts';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { systemPassphraseEncodings } from '../../main/process/system-passphrase-encodings.ts';
import { KeyAdder } from '../../main/shell/key-files/add-keys.ts';
import { keepKeys, restoreKeys } from '../../main/shell/key-files/keep-keys.ts';
import { KeyFolder } from '../../main/stored/key-folder.ts';
import { testAgent } from '../fakes/test-agent.ts';
import { makeKeyPair } from './support/key-pairs.ts';
import { runOk } from './support/run-program.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
let agents = 0;

/** The agent as the tray has it, with its stored keys, behind a socket. */
async function startTray() {
  const { agent } = testAgent();
  const folder = new KeyFolder(space.path('keys'));
  const problems = await restoreKeys(folder, agent.addKey, new Date());
  const keeper = keepKeys({
    keys: agent.keys,
    folder,
    isWanted: () => true,
    complain: (text) => problems.push(text),
  });
  const path = space.path(`tray-${++agents}.sock`);
  const transport = createUnixSocketTransport({ path });
  await transport.start(agent.openSession);
  const stop = async () => {
    await keeper.stop();
    await transport.stop();
    agent.stop();
  };
  return { agent, problems, stop, env: { ...space.env, SSH_AUTH_SOCK: path } };
}

/** What `ssh-add -L` prints, a character a byte. */
async function listed(env: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)('ssh-add', ['-L'], { env, encoding: 'latin1' });
  return stdout;
}

describe('the comment of a .pub beside a key without one', () => {
  it.each([
    // “Müller à”: in UTF-8 the last byte is what Latin-1 has as a blank.
    ['UTF-8', Buffer.from('Müller à').toString('latin1')],
    ['Latin-1', 'M\xfcller \xe0'],
    ['Shift JIS', '\x8e\x84\x82\xcc\x8c\xae'],
    ['any encoding, over 4 KiB long', 'M\xfcller '.repeat(1000).trimEnd()],
  ])('in %s is listed by ssh-add byte for byte, also after a lock and a restart', async (name, comment) => {
    const pair = await makeKeyPair(space, `pem-${name.slice(0, 5)}`, {
      type: 'rsa',
      passphrase: 'pass phrase',
      options: ['-m', 'PKCS8'],
    });
    await writeFile(pair.publicPath, Buffer.from(`${pair.publicKey} ${comment}\n`, 'latin1'));
    expect(await readFile(pair.path, 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    const line = `${pair.publicKey} ${comment}\n`;

    const first = await startTray();
    const adder = new KeyAdder({
      addKey: first.agent.addKey,
      offload: inlineCryptoOffload,
      passphraseEncodings: await systemPassphraseEncodings(),
      log: () => {},
    });
    expect(await adder.addPath(pair.path, { keepEncrypted: true })).toMatchObject({
      outcome: { kind: 'added' },
    });
    expect(await listed(first.env)).toBe(line);
    const askpass = await space.write('printing-askpass', '#!/bin/sh\necho secret\n', 0o700);
    const lockEnv = { ...first.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
    for (const flag of ['-x', '-X']) await runOk('ssh-add', [flag], { env: lockEnv });
    expect(await listed(first.env)).toBe(line);
    await first.stop();

    const second = await startTray();
    expect(second.problems).toEqual([]);
    expect(await listed(second.env)).toBe(line);
    second.agent.keys.removeAll();
    await second.stop();
  });
});
