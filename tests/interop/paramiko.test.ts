// paramiko, the SSH of Python programs: lists, signs and logs in.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findProgram, pythonWithParamiko } from './support/installed-programs.ts';
import { forgetPrivateHalves, keyTypes, makeKeyPair } from './support/key-pairs.ts';
import { RunningAgent } from './support/running-agent.ts';
import { startSshd, user } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const scriptPath = fileURLToPath(new URL('./support/paramiko-client.py', import.meta.url));
const missing = [
  ...(pythonWithParamiko ? [] : ['python3-paramiko']),
  ...(findProgram('sshd') ? [] : ['openssh-server']),
];

interface ParamikoReport {
  readonly listed: readonly string[];
  readonly signatures: readonly string[];
  readonly logins: readonly string[];
}

describe.skipIf(missing.length > 0)(
  `paramiko${missing.length > 0 ? ` (skipped: not installed: ${missing.join(', ')})` : ''}`,
  () => {
    const space = openWorkspace();

    it('lists the keys, verifies the signatures and logs in with each key', async () => {
      // DSA left out: paramiko took it away in later versions.
      const types = Object.keys(keyTypes).filter((type) => type !== 'dsa');
      const keys = await Promise.all(types.map((type) => makeKeyPair(space, type, { type })));
      const authorizedKeys = keys.map(({ publicKey }) => publicKey);
      const sshd = await startSshd(space, { name: 'server', authorizedKeys });
      await using agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
      await agent.runOk('ssh-add', '-q', ...keys.map(({ path }) => path));
      await forgetPrivateHalves(keys);

      const printed = await agent.runOk(
        pythonWithParamiko ?? '',
        scriptPath,
        ...[String(sshd.port), user, sshd.hostKey.publicKey],
        ...keys.map(({ publicPath }) => publicPath),
      );
      const report = JSON.parse(printed) as ParamikoReport;
      expect(report.listed).toEqual(authorizedKeys);
      expect(report.signatures).toEqual(
        authorizedKeys.map((key) => (key.startsWith('ssh-rsa') ? 'rsa-sha2-512' : key.split(' ')[0])),
      );
      expect(report.logins).toEqual(authorizedKeys.map((key) => `publickey ${key}\n`));
    });
  },
);
