// The packaging configuration: valid for electron-builder, and as strict as SECURITY.md says.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, type Stats, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beforePack } from '../scripts/no-elevate-helper.mjs';

// electron-builder's own modules, which have no types for these paths.
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { load } = builder('js-yaml') as { load: (text: string) => Record<string, unknown> };
const { validateConfiguration } = builder('app-builder-lib/out/util/config/config.js') as {
  validateConfiguration: (config: unknown, log: unknown) => Promise<void>;
};
const { WinPackager } = builder('app-builder-lib') as {
  WinPackager: { prototype: { shouldSignFile(path: string): boolean } };
};
const { FileMatcher } = builder('app-builder-lib/out/fileMatcher.js') as {
  FileMatcher: new (
    from: string,
    to: string,
    expand: (pattern: string) => string,
    patterns: readonly string[],
  ) => { createFilter(): (path: string, stat: Stats) => boolean };
};
const { CopyElevateHelper } = builder('app-builder-lib/out/targets/nsis/nsisUtil.js') as {
  CopyElevateHelper: new () => { resolve(target: unknown): Promise<string | null> };
};
const { DebugLogger } = builder('builder-util') as { DebugLogger: new (isEnabled: boolean) => unknown };

const read = () => load(readFileSync('electron-builder.yml', 'utf8'));
const validate = (config: unknown) => validateConfiguration(config, new DebugLogger(false));

/** The program's sources that the pattern is found in. */
function sourcesWith(pattern: RegExp): string[] {
  const files = ['ipc', 'main', 'preload', 'renderer', 'text'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  const sources = files.map((file) => file.replaceAll('\\', '/')).filter((file) => /\.tsx?$/.test(file));
  return sources.filter((file) => pattern.test(readFileSync(file, 'utf8'))).sort();
}

describe('package.json', () => {
  it.each(['start', 'test', 'pack'])('installs what “%s” needs, which may be the first command', (name) => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts).toHaveProperty(name);
    expect(scripts[`pre${name}`]).toBe('node scripts/ensure-installed.mjs');
  });
});

describe('README.md and docs/command.md', () => {
  const told = ['README.md', 'docs/command.md'].map((name) => readFileSync(name, 'utf8')).join('\n');
  const { scripts, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>;
    version: string;
  };

  it('names scripts that there are', () => {
    const named = [...told.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect(scripts).toHaveProperty([name]);
  });

  it('installs the package that “npm run pack” makes, where no root is needed', () => {
    const installing = told.match(/^npm install --global.*$/gm);
    expect(installing).toEqual([`npm install --global --prefix ~/.local ./sallyport-${version}.tgz`]);
    expect(told.match(/Sallyport-[\d.]+-x64-setup\.exe/g)).toEqual([`Sallyport-${version}-x64-setup.exe`]);
  });
});

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

  it('puts the command beside the archive', () => {
    expect(read()['extraResources']).toEqual([{ from: 'cli', to: 'cli' }]);
  });

  it('signs programs and koffi’s native library, and leaves node.exe the signature of those who made it', () => {
    const packager = { platformSpecificBuildOptions: read()['win'] };
    const isSigned = (path: string) => WinPackager.prototype.shouldSignFile.call(packager, path);
    expect(isSigned('C:\\out\\resources\\cli\\program\\node.exe')).toBe(false);
    expect(isSigned('C:\\out\\Sallyport.exe')).toBe(true);
    // Smart App Control blocks a library that is not signed, and the agent has no doors without this one.
    const native = 'app.asar.unpacked\\node_modules\\@koromix\\koffi-win32-x64\\win32_x64\\koffi.node';
    expect(isSigned(`C:\\out\\resources\\${native}`)).toBe(true);
  });

  it('packs all of koffi that is needed to load it', () => {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-packaging-'));
    try {
      const { files } = read() as { files: string[] };
      const isPacked = new FileMatcher(resolve('.'), dir, (pattern) => pattern, files).createFilter();
      cpSync('node_modules/koffi', join(dir, 'node_modules/koffi'), {
        recursive: true,
        filter: (source) => isPacked(resolve(source), statSync(source)),
      });
      // This system's own native library, which is not packed.
      cpSync('node_modules/@koromix', join(dir, 'node_modules/@koromix'), { recursive: true });
      const koffi = createRequire(join(dir, 'app.js'))('koffi') as { version: string };
      expect(koffi.version).toMatch(/^\d+\./);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('ends by the program’s id the start at login, which Electron names by it', () => {
    // What the uninstaller does with it is shown in tests/wine/installation.test.ts.
    expect(readFileSync('build/installer.nsh', 'utf8')).toMatch(/Run" "\$\{APP_ID\}"/);
    expect(readFileSync('main/shell/tray/toast-identity.ts', 'utf8')).toContain(
      `setAppUserModelId('${read()['appId']}')`,
    );
  });

  it('installs no program that asks for administrator rights', () => {
    expect(read()['nsis']).toMatchObject({ packElevateHelper: false, perMachine: false });
  });

  it('packs none into the portable program either, for which the configuration has no word', async () => {
    const framework = { isCopyElevateHelper: true };
    const info = { framework };
    beforePack({ packager: { info } });
    // With the helper it would look for it, in a configuration that this one has not.
    const target = { packager: { info }, options: read()['portable'] };
    expect(await new CopyElevateHelper().resolve(target)).toBeNull();
    framework.isCopyElevateHelper = true;
    await expect(async () => new CopyElevateHelper().resolve(target)).rejects.toThrow();
    expect(readFileSync('scripts/dist.mjs', 'utf8')).toContain("{resolve('scripts/no-elevate-helper.mjs')}");
  });

  it('publishes and updates nothing by itself', () => {
    expect(read()['publish']).toBeNull();
    expect(sourcesWith(/autoUpdater|electron-updater|update-electron-app/)).toEqual([]);
  });

  it('has nothing that could fetch: it connects to agents and to its own port alone', () => {
    expect(
      sourcesWith(
        /\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|undici|\bnet\b[^;]*from 'electron'/,
      ),
    ).toEqual([]);
    expect(sourcesWith(/['"](?:node:)?(?:https?|http2|tls|dgram|dns)(?:\/promises)?['"]/)).toEqual([]);
    // `new Socket` is for a descriptor or a handle that is there; nothing else connects, by whatever name.
    expect(
      sourcesWith(
        /createConnection|new Socket\((?!\{[^}]*\b(?:fd|handle)\b)|import (?:\* as )?\w+ from 'node:net'/,
      ),
    ).toEqual([]);
    expect(sourcesWith(/\bconnect\b[^;]*from 'node:net'/)).toEqual([
      'ipc/transports/cygwin/cygwin-handshake.ts',
      'ipc/transports/unix/unix-socket-path.ts',
      'main/client/agent-socket.ts',
      // To 127.0.0.1, where GnuPG's agent has its port on Windows.
      'main/client/assuan-socket.ts',
    ]);
  });
});

it('makes a release on Windows with a Node.js whose path has a space', () => {
  const module = new URL('../scripts/run-tool.mjs', import.meta.url).href;
  // Where it is Windows, a shell would be %comspec%: this one fails whatever it is asked.
  const script = `Object.defineProperty(process, 'platform', { value: 'win32' });
    const { runNode } = await import('${module}');
    runNode(['--eval', '0']);`;
  const env = { ...process.env, comspec: '/nonexistent' };
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { env });
  expect(status).toBe(0);
});
