// The bindings of Windows' key storage with Wine's own ncrypt.dll, which has RSA in software and forgets it: no stand-in.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../lane/paths.ts';
import { bundleForWindows, describeWindows, runWindows } from '../lane/windows-program.ts';

describeWindows('the key storage that Wine has', () => {
  test('makes a key of RSA, tells its public half, and signs by SHA-2', async () => {
    const script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/wine-key-storage.ts'));
    const { output, errorOutput } = await runWindows(script);
    expect([output, errorOutput]).toEqual([JSON.stringify({ bytes: 384, sha256: true, sha512: true }), '']);
  });
});
