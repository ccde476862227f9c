// Reads the fuses back from a built program and compares them with what electron-builder.yml asks for.
import { createRequire } from 'node:module';

// The very library that electron-builder sets them with.
const require = createRequire(import.meta.url);
const builder = createRequire(require.resolve('electron-builder'));
const { FuseV1Options, getCurrentFuseWire } = builder('@electron/fuses') as {
  FuseV1Options: Readonly<Record<string, number>>;
  getCurrentFuseWire: (path: string) => Promise<Readonly<Record<number, number>>>;
};

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

/** One sentence for each fuse that is not as it must be. Rejects when the program has none. */
export async function fuseProblems(executablePath: string): Promise<string[]> {
  const wire = await getCurrentFuseWire(executablePath);
  return Object.entries(expected).flatMap(([name, state]) => {
    const found = String.fromCharCode(wire[FuseV1Options[name] ?? -1] ?? 0x3f);
    return found === state ? [] : [`fuse ${name} is ${found}, not ${state}`];
  });
}
