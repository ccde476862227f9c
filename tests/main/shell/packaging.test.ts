// The packaging configuration: valid for electron-builder, and as strict as SECURITY.md says.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

// electron-builder's own modules, which have no types for these paths.
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { load } = builder('js-yaml') as { load: (text: string) => Record<string, unknown> };
const { validateConfiguration } = builder('app-builder-lib/out/util/config/config.js') as {
  validateConfiguration: (config: unknown, log: unknown) => Promise<void>;
};
const { DebugLogger } = builder('builder-util') as { DebugLogger: new (isEnabled: boolean) => unknown };

const read = () => load(readFileSync('electron-builder.yml', 'utf8'));
const validate = (config: unknown) => validateConfiguration(config, new DebugLogger(false));

describe('electron-builder.yml', () => {
  it('is valid', async () => {
    await expect(validate(read())).resolves.not.toThrow();
  });

  it('would not be with a misspelt key', async () => {
    await expect(validate({ ...read(), nsiss: {} })).rejects.toThrow('nsiss');
  });

  it('packs the Electron that the program is typed and tested against', () => {
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/);
    expect(read()['electronVersion']).toBe(devDependencies['electron']);
  });

  it('sets every fuse that shuts something', () => {
    expect(read()['electronFuses']).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
      loadBrowserProcessSpecificV8Snapshot: false,
    });
  });

  it('unpacks nothing from the checked archive but the native library', () => {
    expect(read()['asarUnpack']).toEqual(['node_modules/koffi/**', 'node_modules/@koromix/**']);
  });

  it('publishes and updates nothing by itself', () => {
    expect(read()['publish']).toBeNull();
  });
});
