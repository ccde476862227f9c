// Reads the fuses back from a built program and compares them with what electron-builder.yml asks for.
import { createRequire } from 'node:module';

// The very library that electron-builder sets them with.
const require = createRequire(import.meta.url);
const builder = createRequire(require.resolve('electron-builder'));
const { FuseV1Options, getCurrentFuseWire } = builder('@electron/fuses');

/** `1` enabled, `0` disabled, as characters in the wire. */
const expected = {
  RunAsNode: '0',
  EnableCookieEncryption: '1',
  EnableNodeOptionsEnvironmentVariable: '0',
  EnableNodeCliInspectArguments: '0',
  EnableEmbeddedAsarIntegrityValidation: '1',
  OnlyLoadAppFromAsar: '1',
  LoadBrowserProcessSpecificV8Snapshot: '0',
  GrantFileProtocolExtraPrivileges: '0',
};

/** Throws an Error that names the first fuse that is not as it must be. */
export async function assertFuses(executablePath) {
  const wire = await getCurrentFuseWire(executablePath);
  for (const [name, state] of Object.entries(expected)) {
    const found = String.fromCharCode(wire[FuseV1Options[name]]);
    if (found !== state) throw new Error(`${executablePath}: fuse ${name} is ${found}, not ${state}`);
  }
}
