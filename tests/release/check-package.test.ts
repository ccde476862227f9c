// What was packed passes every check, and each check refuses a package that is wrong in what it is about.
import { cpSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertPackage } from '../../scripts/release/check-package.ts';
import { contentProblems } from '../../scripts/release/checks/contents.ts';
import { fuseProblems } from '../../scripts/release/checks/fuses.ts';
import { integrityProblems } from '../../scripts/release/checks/integrity.ts';
import { nativeProblems } from '../../scripts/release/checks/natives.ts';
import { sourceProblems } from '../../scripts/release/checks/sources.ts';
import { findPacked, type PackedProgram, readPackedProgram } from '../../scripts/release/packed-program.ts';
import { partSizes, sizeProblems } from '../../scripts/release/sizes.ts';
import { type PackedPrograms, packPrograms, runScript, withFile, without } from './support/packed.ts';

let packed: PackedPrograms;
let program: PackedProgram;
beforeAll(() => {
  packed = packPrograms();
  program = readPackedProgram(packed.unpacked('x64'), { arch: 'x64', hasCommand: true });
}, 180_000);
afterAll(() => packed?.[Symbol.dispose]());

const bytesOf = (path: string) => Buffer.from(findPacked(program, path)?.read() ?? '');
const main = 'resources/app.asar/dist/main';
const koffi = 'resources/app.asar/node_modules/@koromix/koffi-win32-x64/win32_x64/koffi.node';
const node = 'resources/cli/program/node.exe';

/** With these letters in place of others as many, wherever they are. */
function replaced(bytes: Buffer, from: string, to: string): Buffer {
  if (!bytes.includes(from)) throw new Error(`no ${from}`);
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at, 'latin1');
  return bytes;
}

/** Writes into the header of an archive, at a file, another hash of its first block than that of the whole. */
function changeBlocks(archive: string, path: string): void {
  const bytes = readFileSync(archive);
  const at = bytes.indexOf(`"${path.split('/').at(-1)}":`);
  bytes.write('0'.repeat(64), bytes.indexOf('"blocks":["', at) + 11);
  writeFileSync(archive, bytes);
}

describe('the packed program', () => {
  it.each(['x64', 'arm64'] as const)('passes for %s', async (arch) => {
    await expect(assertPackage(packed.unpacked(arch), { arch, hasCommand: true })).resolves.toBeUndefined();
  });

  it('does not for the other processor', async () => {
    await expect(assertPackage(packed.unpacked('x64'), { arch: 'arm64', hasCommand: true })).rejects.toThrow(
      /must not be released:\n.*koffi-win32-arm64/,
    );
  });

  it('is nothing that the release goes on with when it is wrong', () => {
    const electron = join(packed.dir, 'wrong-electron');
    cpSync(join(packed.electron, 'x64'), electron, { recursive: true });
    writeFileSync(join(electron, 'electron.js.map'), '{}');
    const args = ['--dir', '--arch=x64', `--electron-dist=${electron}`, `--output=${packed.dir}/wrong`];
    expect(() => runScript('scripts/dist.mjs', args)).toThrow(
      'electron.js.map has no business in the package',
    );
  });
});

describe('the check of its contents', () => {
  const problems = (wrong: PackedProgram) => contentProblems(wrong);

  it.each([
    `${main}/app.js`,
    `${main}/crypto-worker.js`,
    'resources/app.asar/dist/preload/preload.cjs',
    'resources/app.asar/dist/renderer/prompt/page.css',
    'resources/cli/sallyport.cmd',
    'resources/cli/program/LICENSE-node.txt',
    'LICENSES.chromium.html',
    koffi,
  ])('misses %s', (path) => {
    expect(problems(without(program, path))).toContain(`${path} is missing`);
  });

  it('misses a chunk, and a package, that a script names', () => {
    const chunk = program.files.find(({ path }) => path.startsWith(`${main}/wire-`))?.path ?? '';
    expect(problems(without(program, chunk)).join('\n')).toMatch(
      /needs \.\/wire-[\w-]+\.js, which is missing/,
    );
    const script = `import 'react';\nnew Worker(new URL('./no-worker.js', import.meta.url));`;
    expect(problems(withFile(program, `${main}/app.js`, script + bytesOf(`${main}/app.js`)))).toEqual([
      `${main}/app.js needs react, which is missing`,
      `${main}/app.js needs ./no-worker.js, which is missing`,
    ]);
  });

  it.each([
    `${main}/app.js.map`,
    `${main}/app.ts`,
    'resources/app.asar/tests/fixtures/keys/rsa.ppk',
    'resources/app.asar/node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node',
    'resources/app.asar/node_modules/koffi/vendor/node-api-headers/LICENSE',
    'resources/app.asar/dist/main/agent.cjs.compiled',
    'resources/default_app.asar',
    'resources/elevate.exe',
  ])('refuses %s', (path) => {
    expect(problems(withFile(program, path, 'x'))).toEqual([`${path} has no business in the package`]);
  });

  it('refuses a program of another system whatever it is called, and a script with a source map', () => {
    expect(problems(withFile(program, 'ffmpeg.dll', '\x7fELF'))).toEqual([
      'ffmpeg.dll is a program of another system',
    ]);
    const path = `${main}/app.js`;
    const script = `${bytesOf(path)}//# sourceMappingURL=data:`;
    expect(problems(withFile(program, path, script))).toEqual([`${path} names a source map`]);
  });

  it('refuses a source map whatever it is called, and what is empty', () => {
    expect(problems(withFile(program, 'app.json', '{"version":3,"mappings":"AAAA"}'))).toEqual([
      'app.json is a source map',
    ]);
    const page = 'resources/app.asar/dist/renderer/prompt/page.css';
    expect(problems(withFile(program, page, ''))).toEqual([`${page} is empty`]);
  });

  it.each(['old-AbCd1234.js', 'start.js'])('refuses a script that no other loads: %s', (name) => {
    expect(problems(withFile(program, `${main}/${name}`, "import './crypto-worker.js';"))).toEqual([
      `${main}/${name} is loaded by nothing`,
    ]);
  });

  it('refuses the command in a program that has none', () => {
    expect(problems({ ...program, hasCommand: false })).toContain(`${node} has no business in the package`);
  });
});

describe('the check of native code', () => {
  it('refuses code for another processor', () => {
    const other = readPackedProgram(packed.unpacked('arm64'), { arch: 'arm64', hasCommand: true });
    const foreign = other.files.find(({ path }) => path.endsWith('koffi.node'))?.read() ?? '';
    expect(nativeProblems(withFile(program, koffi, foreign))).toEqual([`${koffi} is for arm64, not x64`]);
  });

  it('refuses a library that needs node.exe, or what not every Windows has, before it is loaded', () => {
    const early = replaced(bytesOf(koffi), 'ADVAPI32.dll', 'NODE.EXE\0\0\0\0');
    expect(nativeProblems(withFile(program, koffi, early))).toEqual([`${koffi} needs NODE.EXE`]);
    const never = replaced(bytesOf(koffi), 'NODE.EXE', 'NOPE.EXE');
    expect(nativeProblems(withFile(program, koffi, never))).toEqual([
      `${koffi} does not ask for node.exe late`,
    ]);
  });

  it('refuses libraries of Electron for another processor, and what is none though it is called so', () => {
    const other = readPackedProgram(packed.unpacked('arm64'), { arch: 'arm64', hasCommand: true });
    const foreign = findPacked(other, 'Sallyport.exe')?.read() ?? '';
    expect(nativeProblems(withFile(program, 'ffmpeg.dll', foreign))).toEqual([
      'ffmpeg.dll is for arm64, not x64',
    ]);
    for (const path of [koffi, node])
      expect(nativeProblems(withFile(program, path, 'text'))).toEqual([
        `${path} is no program or library for Windows`,
      ]);
  });

  it('refuses a program that is not what its signature is of', () => {
    const changed = bytesOf(node);
    changed[0x200000] = (changed[0x200000] ?? 0) ^ 1;
    for (const wrong of [changed, bytesOf(node).subarray(0, -100)])
      expect(nativeProblems(withFile(program, node, wrong))).toContain(
        `${node} is not what its signature is of`,
      );
  });

  const configuration = readFileSync('electron-builder.yml', 'utf8');

  it('refuses rules by which koffi is not signed, or node.exe is', () => {
    expect(nativeProblems(program, configuration.replace('- .node', '- .nod'))).toEqual([
      `${koffi} would not be signed`,
      `${koffi.replace('app.asar', 'cli/program')} would not be signed`,
    ]);
    expect(nativeProblems(program, configuration.replace('"!node.exe"', '"!other.exe"'))).toEqual([
      `${node} would be signed as ours`,
    ]);
  });

  it('refuses a node.exe that somebody else has signed, and a signed program with a part that is not', () => {
    const resigned = replaced(bytesOf(node), 'OpenJS Foundation', 'The Sallyport aut');
    expect(nativeProblems(withFile(program, node, resigned))).toEqual([
      `${node} has not the signature of the OpenJS Foundation`,
    ]);
    expect(nativeProblems(withFile(program, 'Sallyport.exe', bytesOf(node)))).toEqual([
      `${koffi} is not signed, Sallyport.exe is`,
      `${koffi.replace('app.asar', 'cli/program')} is not signed, Sallyport.exe is`,
    ]);
  });
});

describe('the check of what lies in the sources', () => {
  const manifest = 'resources/app.asar/package.json';

  it.each(['resources/app.asar/LICENSE', 'resources/cli/program/LICENSE.txt', 'resources/cli/sallyport.cmd'])(
    'refuses another %s',
    (path) => {
      const other = bytesOf(path).toString('utf8').replace('\n', '\n\n');
      expect(sourceProblems(withFile(program, path, other))).toEqual([`${path} is not that of the sources`]);
    },
  );

  it.each([
    ['main', 'dist/main/crypto-worker.js'],
    ['version', '9.9.9'],
  ])('refuses a package.json with another %s, which decides what is started and told', (field, value) => {
    const other = { ...JSON.parse(bytesOf(manifest).toString('utf8')), [field]: value };
    expect(sourceProblems(withFile(program, manifest, JSON.stringify(other)))).toEqual([
      expect.stringMatching(`^${manifest} is of “.*${value}.*”, not “sallyport `),
    ]);
  });
});

describe('the check of the archive', () => {
  it('refuses a program that has no hash of it, or that of another', () => {
    const electron = readFileSync(join(packed.electron, 'x64/electron.exe'));
    expect(integrityProblems(withFile(program, 'Sallyport.exe', electron))).toEqual([
      'Sallyport.exe has no hash of the archive',
    ]);
    const other = { ...program, archive: { ...program.archive, hash: '0'.repeat(64) } };
    expect(integrityProblems(other)).toEqual(['Sallyport.exe has the hash of another archive']);
  });

  it('refuses files that lie at the wrong side of it', () => {
    const files = program.archive.files.map((file) => ({ ...file, isUnpacked: !file.isUnpacked }));
    const problems = integrityProblems({ ...program, archive: { ...program.archive, files } });
    expect(problems).toContain('dist/main/app.js lies outside of the archive');
    expect(problems).toContain(
      `${koffi.replace('resources/app.asar/', '')} can't be loaded from the archive`,
    );
  });

  it('refuses a file whose bytes were changed, inside of it and beside', () => {
    const dir = join(packed.dir, 'changed');
    cpSync(join(packed.unpacked('x64'), 'resources'), join(dir, 'resources'), {
      recursive: true,
      filter: (source) => !source.endsWith('cli'),
    });
    cpSync(join(packed.unpacked('x64'), 'Sallyport.exe'), join(dir, 'Sallyport.exe'));
    const archive = join(dir, 'resources/app.asar');
    const script = Buffer.from(bytesOf(`${main}/app.js`).subarray(0, 200));
    writeFileSync(archive, replaced(readFileSync(archive), script.toString('latin1'), 'X'));
    const { path: blocks = '' } =
      program.archive.files.find(({ path }) => path.endsWith('/crypto-worker.js')) ?? {};
    changeBlocks(archive, blocks);
    const beside = join(`${archive}.unpacked`, koffi.replace('resources/app.asar/', ''));
    writeFileSync(beside, Buffer.concat([readFileSync(beside), Buffer.from('X')]));
    const changed = readPackedProgram(dir, { arch: 'x64', hasCommand: false });
    expect(integrityProblems(changed).sort()).toEqual([
      'Sallyport.exe has the hash of another archive',
      'dist/main/app.js is not what the archive has a hash of',
      'dist/main/crypto-worker.js is not what the archive has a hash of',
      `${koffi.replace('resources/app.asar/', '')} is not what the archive has a hash of`,
    ]);
  });
});

describe('the check of the fuses', () => {
  it.each([
    [2, 'RunAsNode'],
    [3, 'EnableCookieEncryption'],
    [4, 'EnableNodeOptionsEnvironmentVariable'],
    [5, 'EnableNodeCliInspectArguments'],
    [6, 'EnableEmbeddedAsarIntegrityValidation'],
    [7, 'OnlyLoadAppFromAsar'],
    [8, 'LoadBrowserProcessSpecificV8Snapshot'],
    [9, 'GrantFileProtocolExtraPrivileges'],
  ])('refuses the other state at %i: %s', async (place, name) => {
    const bytes = bytesOf('Sallyport.exe');
    const at = bytes.indexOf('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX') + 32 + place;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const path = join(packed.dir, 'other-fuse.exe');
    writeFileSync(path, bytes);
    const [problem, ...more] = await fuseProblems(path);
    expect([problem, more]).toEqual([expect.stringContaining(`fuse ${name} is `), []]);
  });
});

describe('the check of sizes', () => {
  it('refuses a part that has grown by over 2 %, and one that nobody set a size for', () => {
    const sizes = partSizes(program);
    const named = ['koffi', 'main process', 'node.exe', 'pages', 'preload', 'the rest of the command'];
    expect(Object.keys(sizes).sort()).toEqual(named);
    const budgets = { x64: { ...sizes } };
    const grown = (factor: number) => ({ ...sizes, pages: Math.round((sizes['pages'] ?? 0) * factor) });
    expect(sizeProblems('x64', grown(1.019), budgets)).toEqual([]);
    expect(sizeProblems('x64', grown(1.021), budgets)).toEqual([
      expect.stringMatching(/^x64, pages: .*by over 2 %.*npm run dist -- --dir --set-sizes/),
    ]);
    expect(sizeProblems('x64', { ...sizes, fonts: 1 }, budgets)).toEqual([
      expect.stringMatching(/^x64, fonts: 0.0 kB, has no size that is set/),
    ]);
  });
});

it('the whole check reads the folder itself', async () => {
  const dir = join(packed.dir, 'whole');
  const from = packed.unpacked('x64');
  cpSync(from, dir, { recursive: true, filter: (source) => !source.endsWith('node.exe') });
  linkSync(join(from, node), join(dir, node));
  const check = () => assertPackage(dir, { arch: 'x64', hasCommand: true });
  await expect(check()).resolves.toBeUndefined();
  mkdirSync(join(dir, 'tests'));
  writeFileSync(join(dir, 'tests/key'), 'x');
  await expect(check()).rejects.toThrow('tests/key has no business in the package');
  rmSync(join(dir, 'tests'), { recursive: true });
  rmSync(join(dir, 'locales'), { recursive: true });
  for (const name of ['locales', 'ffmpeg.bin'])
    symlinkSync(join(packed.electron, 'x64', name), join(dir, name));
  await expect(check()).rejects.toThrow(
    /ffmpeg\.bin is no file, but leads elsewhere\n(.*\n)*locales is no file|locales is no file.*\nffmpeg\.bin is no file/,
  );
});
