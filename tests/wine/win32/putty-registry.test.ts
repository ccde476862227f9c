import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WireWriter } from '../../../main/keys/encoding/wire.ts';
import { projectDir } from '../lane/paths.ts';
import { bundleForWindows, describeWindows, runWindows } from '../lane/windows-program.ts';

describeWindows("PuTTY's host keys in the registry", () => {
  test('give names to host keys, and none where PuTTY never was', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { n } = publicKey.export({ format: 'jwk' });
    const modulus = Buffer.from(n ?? '', 'base64url');
    const blob = new WireWriter()
      .text('ssh-rsa')
      .mpint(Uint8Array.of(1, 0, 1))
      .mpint(modulus)
      .finish();
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/putty-host-keys.ts'));
    const result = await runWindows(script, [modulus.toString('hex'), Buffer.from(blob).toString('base64')]);
    if (result.output === '') throw new Error(result.errorOutput);
    expect(JSON.parse(result.output)).toEqual({
      before: [],
      known: { names: ['[putty.example]:2222', 'fe80::1'], source: 'putty', isRevoked: false },
      after: [],
    });
  });
});
