// What a release publishes, made from stand-ins of its files: manifests that their schemas take, links and sums that are true.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// electron-builder's own modules.
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { load, JSON_SCHEMA } = builder('js-yaml') as {
  load: (text: string, options?: { schema: unknown }) => Record<string, unknown>;
  JSON_SCHEMA: unknown;
};
const Ajv = builder('ajv') as unknown as new (options: {
  formats: Record<string, (text: string) => boolean>;
}) => {
  compile(schema: unknown): ((value: unknown) => boolean) & { readonly errors?: unknown };
};

const ajv = new Ajv({ formats: { uri: (text) => URL.canParse(text) } });
const schemaOf = (name: string) =>
  ajv.compile(JSON.parse(readFileSync(`tests/fixtures/manifest-schemas/${name}.json`, 'utf8')));
const errorsOf = (name: string, manifest: unknown) => {
  const validate = schemaOf(name);
  return validate(manifest) ? [] : validate.errors;
};

const { version, author } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
  author: string;
};
const repository = 'https://github.com/somebody/sallyport';
const downloads = `${repository}/releases/download/v${version}`;
const programs = ['x64', 'arm64'].flatMap((arch) =>
  ['setup', 'portable'].map((kind) => ({ arch, name: `Sallyport-${version}-${arch}-${kind}.exe` })),
);
const others = [`sallyport-${version}.tgz`, 'sbom.json'];

const from = mkdtempSync(join(tmpdir(), 'sallyport-assets-'));
const published = join(from, 'published');
const textOf = (name: string) => readFileSync(join(published, name), 'utf8');
const sumOf = (name: string) => createHash('sha256').update(textOf(name)).digest('hex');
const make = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['scripts/release/assets.mjs', '--from', from, ...args], { encoding: 'utf8' });
const winget = (kind: string) =>
  load(textOf(`Sallyport.Sallyport${kind}.yaml`), { schema: JSON_SCHEMA }) as Record<string, unknown>;
const scoop = () => JSON.parse(textOf('sallyport.json')) as Record<string, unknown>;

beforeAll(() => {
  for (const { arch, name } of programs) {
    mkdirSync(join(from, arch), { recursive: true });
    writeFileSync(join(from, arch, name), `stand-in of ${name}`);
  }
  for (const name of others) writeFileSync(join(from, name), `stand-in of ${name}`);
  writeFileSync(join(from, 'builder-debug.yml'), 'not published');
  expect(make('--repository', repository)).toMatchObject({ status: 0, stderr: '' });
});

afterAll(() => rmSync(from, { recursive: true, force: true }));

describe('what is published', () => {
  it('is the programs, the command, the bill of materials, the manifests and the list of all', () => {
    const manifests = ['.yaml', '.installer.yaml', '.locale.en-US.yaml'].map(
      (end) => `Sallyport.Sallyport${end}`,
    );
    const files = [...programs.map(({ name }) => name), ...others, ...manifests, 'sallyport.json'];
    expect(readdirSync(published).sort()).toEqual([...files, 'SHA256SUMS'].sort());
    const listed = textOf('SHA256SUMS')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('  '));
    expect(listed).toEqual(files.sort().map((name) => [sumOf(name), name]));
  });

  it('has the names that electron-builder gives', () => {
    const { nsis, portable } = load(readFileSync('electron-builder.yml', 'utf8')) as Record<
      'nsis' | 'portable',
      { artifactName: string }
    >;
    const named = (pattern: string, arch: string) =>
      pattern
        .replace(`\${productName}`, 'Sallyport')
        .replace(`\${version}`, version)
        .replace(`\${arch}`, arch)
        .replace(`\${ext}`, 'exe');
    const names = ['x64', 'arm64'].flatMap((arch) => [
      named(nsis.artifactName, arch),
      named(portable.artifactName, arch),
    ]);
    expect(names).toEqual(programs.map(({ name }) => name));
  });

  it('is nothing while a file is missing, or nobody says where', () => {
    rmSync(join(from, 'sbom.json'));
    const { status, stderr } = make('--repository', repository);
    writeFileSync(join(from, 'sbom.json'), 'stand-in of sbom.json');
    expect([status, stderr]).toEqual([1, `No release: ${from} lacks sbom.json.\n`]);
    expect(make().stderr).toMatch(/^No release: where is it published\?/);
    expect(make('--repository', 'http://github.com/a/b').status).toBe(1);
  });
});

describe('winget’s manifest', () => {
  it.each([
    ['winget.version', ''],
    ['winget.installer', '.installer'],
    ['winget.defaultLocale', '.locale.en-US'],
  ])('%s is as its schema says', (name, kind) => {
    expect(errorsOf(name, winget(kind))).toEqual([]);
  });

  it('would not be with a field of another name, without a sum, or with a version that is a number', () => {
    const manifest = winget('.installer');
    expect(errorsOf('winget.installer', { ...manifest, InstallerTypes: 'nullsoft' })).toHaveLength(1);
    expect(errorsOf('winget.installer', { ...manifest, Installers: [{ Architecture: 'x64' }] })).toHaveLength(
      1,
    );
    expect(errorsOf('winget.version', { ...winget(''), PackageVersion: 0.1 })).toHaveLength(1);
  });

  it('names each installer with its sum', () => {
    const setups = programs.filter(({ name }) => name.endsWith('-setup.exe'));
    expect(winget('.installer')['Installers']).toEqual(
      setups.map(({ arch, name }) => ({
        Architecture: arch,
        InstallerUrl: `${downloads}/${name}`,
        InstallerSha256: sumOf(name).toUpperCase(),
      })),
    );
  });

  it('knows the installed program by what the installer writes into the registry', () => {
    const target = readFileSync(builder.resolve('app-builder-lib/out/targets/nsis/NsisTarget.js'), 'utf8');
    const { UUID } = builder('builder-util-runtime') as {
      UUID: { parse(text: string): Buffer; v5(name: string, namespace: Buffer): string };
    };
    const [, namespace = ''] = /NS_UUID = .*"([0-9a-f-]{36})"/.exec(target) ?? [];
    const productCode = UUID.v5('io.sallyport.app', UUID.parse(namespace));
    expect(winget('.installer')).toMatchObject({
      ProductCode: productCode,
      AppsAndFeaturesEntries: [
        { DisplayName: `Sallyport ${version}`, Publisher: author, ProductCode: productCode },
      ],
    });
    expect(target).toContain(`options.uninstallDisplayName || "\${productName} \${version}"`);
  });
});

describe('Scoop’s manifest', () => {
  it('is as its schema says', () => {
    expect(errorsOf('scoop', scoop())).toEqual([]);
  });

  it('would not be with a field of another name or a sum that is none', () => {
    expect(errorsOf('scoop', { ...scoop(), licence: 'MIT' })).toHaveLength(1);
    const architecture = { '64bit': { url: downloads, hash: 'x' }, arm64: { url: downloads, hash: 'x' } };
    expect(errorsOf('scoop', { ...scoop(), architecture })).not.toEqual([]);
  });

  it('takes the program out of each installer, where electron-builder’s script has it', () => {
    const script = readFileSync(
      builder.resolve('app-builder-lib/templates/nsis/include/extractAppPackage.nsh'),
      'utf8',
    );
    const archives = { '64bit': 'app-64', arm64: 'app-arm64' };
    const { architecture } = scoop() as {
      architecture: Record<keyof typeof archives, { url: string; hash: string; pre_install: string[] }>;
    };
    for (const [key, archive] of Object.entries(archives)) {
      expect(script).toContain(`$PLUGINSDIR\\${archive}.`);
      const name = `Sallyport-${version}-${key === '64bit' ? 'x64' : 'arm64'}-setup.exe`;
      const { url, hash, pre_install } = architecture[key as keyof typeof archives];
      expect([url, hash]).toEqual([`${downloads}/${name}#/dl.7z`, sumOf(name)]);
      // PowerShell would take $PLUGINSDIR, which 7-Zip shows as a folder, for a variable.
      expect(pre_install[0]).toBe(`Expand-7zipArchive "$dir\\\`$PLUGINSDIR\\${archive}.7z" "$dir"`);
    }
  });

  it('takes away what the uninstaller does, at the end and not in an update', () => {
    const { pre_uninstall: lines } = scoop() as { pre_uninstall: string[] };
    const uninstaller = readFileSync('build/installer.nsh', 'utf8');
    const [clsid = ''] = /\{[0-9A-F-]{36}\}/.exec(uninstaller) ?? [];
    expect(lines[0]).toBe("if ($cmd -eq 'uninstall') {");
    expect(lines.at(-1)).toBe('}');
    expect(lines.join('\n')).toContain(clsid);
    expect(lines.join('\n')).toContain("CurrentVersion\\Run' 'io.sallyport.app'");
    expect(lines.join('\n')).toContain('set-up --undo-all --unattended');
  });
});

it('is found again by the script that signs', () => {
  const script = `import { checkChecksums } from './scripts/release/checksums.mjs'; checkChecksums(${JSON.stringify(published)});`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script]);
});
