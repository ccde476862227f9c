// The bundled command as it is loaded, with what V8 has compiled of it before.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compiledContent, compiledPath, loadProgram } from '../../../main/process/load-program.ts';
import { InstalledCommand } from '../../fakes/installed-command.ts';

let dir = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-load-'));
  return () => rmSync(dir, { recursive: true, force: true });
});

const wrapped = (source: string) => `(function (exports, require, module, __filename) {${source}\n})`;
const says = (what: string) => `globalThis.saidByProgram = '${what}';`;
const saidByProgram = () => (globalThis as { saidByProgram?: string }).saidByProgram;

/** What V8 has compiled of this source, all of it, as it lies beside it. */
function compiled(source: string): Buffer {
  const script = new Script(wrapped(source));
  script.runInThisContext()({}, () => ({}), { exports: {} }, '');
  return Buffer.from(compiledContent(script.createCachedData()));
}

/** What a program says that another process loads, and whether V8 rejects what was compiled before, if it is given any. */
function loadedAlone(file: string, options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): string {
  const loader = new URL('../../../main/process/load-program.ts', import.meta.url).href;
  const script = `const { loadProgram } = await import(${JSON.stringify(loader)});
    let rejected; loadProgram(process.argv[1], (_, script) => { rejected = script.cachedDataRejected; });
    console.log(globalThis.saidByProgram, rejected);`;
  const args = ['--input-type=module', '-e', script, file];
  return execFileSync(process.execPath, args, { ...options, timeout: 20_000, encoding: 'utf8' }).trim();
}

function written(name: string, source: string): string {
  const file = join(dir, name);
  writeFileSync(file, wrapped(source));
  return file;
}

describe('a program', () => {
  it('is given what it requires beside it, once, and what Node.js has', () => {
    written('part.cjs', 'exports.count = (globalThis.partsLoaded = (globalThis.partsLoaded ?? 0) + 1);');
    const source = `const { count } = require('./part.cjs'); require('./part.cjs');
      globalThis.saidByProgram = [count, globalThis.partsLoaded, require('node:path').basename(__filename)].join();`;
    loadProgram(written('main.cjs', source));
    expect(saidByProgram()).toBe('1,1,main.cjs');
  });

  it('loads a late part at its first use and once, though an upgrade has removed its file meanwhile', () => {
    const part = written(
      'late-1.cjs',
      'exports.count = (globalThis.lateLoaded = (globalThis.lateLoaded ?? 0) + 1);',
    );
    const source = `const late = require.later('./late-1.cjs');
      globalThis.useLate = () => [late().count, late().count, require('./late-1.cjs').count].join();`;
    loadProgram(written('main.cjs', source));
    const { lateLoaded, useLate } = globalThis as { lateLoaded?: number; useLate?: () => string };
    expect(lateLoaded).toBeUndefined();
    // Where it stays open, Windows would not let its folder go.
    if (process.platform !== 'win32') rmSync(part);
    expect(useLate?.()).toBe('1,1,1');
  });

  it('keeps no late part open that it has loaded, and says each time that one is gone', () => {
    const [gone, there] = [written('late-2.cjs', 'exports.n = 2;'), written('late-3.cjs', 'exports.n = 3;')];
    const openOf = (path: string) =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`) === realpathSync(path);
        } catch {
          return false;
        }
      }).length;
    loadProgram(
      written(
        'main.cjs',
        "globalThis.parts = [() => require('./late-2.cjs').n, () => late().n]; const late = require.later('./late-3.cjs');",
      ),
    );
    const [useGone, useThere] = (globalThis as unknown as { parts: (() => unknown)[] }).parts;
    rmSync(gone);
    for (let n = 0; n < 2; n++) expect(() => useGone?.()).toThrow('ENOENT');
    const isLinux = process.platform === 'linux';
    if (isLinux) expect(openOf(there)).toBe(1);
    expect([useThere?.(), useThere?.()]).toEqual([3, 3]);
    if (isLinux) expect(openOf(there)).toBe(0);
  });

  it('is not compiled anew where that lies beside it', () => {
    const file = written('main.cjs', says('one'));
    writeFileSync(compiledPath(file), compiled(says('one')));
    const rejected: (boolean | undefined)[] = [];
    loadProgram(file, (_, script) => rejected.push(script.cachedDataRejected));
    expect(rejected).toEqual([false]);
    expect(saidByProgram()).toBe('one');
  });

  it.each([
    ['of another version', (good: Buffer) => good.fill(0xee, 4, 8)],
    ['cut short', (good: Buffer) => good.subarray(0, 40)],
    ['without its end', (good: Buffer) => good.subarray(0, -4)],
    ['empty', () => Buffer.alloc(0)],
  ])('runs all the same with what is %s', (_, spoil) => {
    const file = written('main.cjs', says('two'));
    writeFileSync(compiledPath(file), spoil(compiled(says('two'))));
    loadProgram(file);
    expect(saidByProgram()).toBe('two');
  });

  // In a process of its own: V8 crashes, or runs forever, with most of these.
  it.each([
    ['has zeros from its middle on', (good: Buffer) => good.fill(0, good.length / 2)],
    ['has zeros in its middle', (good: Buffer) => good.fill(0, 200, good.length - 100)],
    ['is zeros', (good: Buffer) => good.fill(0)],
  ])('runs all the same with a file that %s, as a power failure may leave it', (_, spoil) => {
    const file = written('main.cjs', says('three'));
    writeFileSync(compiledPath(file), spoil(compiled(says('three'))));
    expect(loadedAlone(file)).toBe('three undefined');
  });

  it('runs all the same with a file of which a sector is zeros, or what another file had there, whichever it is', () => {
    const source = `${says('three')} const filler = '${'x'.repeat(2000)}';`;
    const file = written('main.cjs', source);
    const good = compiled(source);
    expect(good.length).toBeGreaterThan(4 * 512);
    for (let from = 0; from < good.length - 4; from += 512)
      for (const other of [0, 0x61]) {
        writeFileSync(
          compiledPath(file),
          Buffer.from(good).fill(other, from, Math.min(from + 512, good.length)),
        );
        expect(loadedAlone(file)).toBe('three undefined');
      }
    writeFileSync(compiledPath(file), good);
    expect(loadedAlone(file)).toBe('three false');
  });

  it('takes up what is whole in a process of its own, too', () => {
    const file = written('main.cjs', says('three'));
    writeFileSync(compiledPath(file), compiled(says('three')));
    expect(loadedAlone(file)).toBe('three false');
  });
});

describe('what others have compiled', () => {
  // V8 compares lengths only: beside the code it would be run, where whoever can put it may change the code as well.
  const [good, evil] = [says('good'), says('evil')];

  it('is run where only who may change the code can put it', () => {
    const file = written('main.cjs', good);
    writeFileSync(compiledPath(file), compiled(evil));
    loadProgram(file);
    expect(saidByProgram()).toBe('evil');
  });

  it('is never read from a folder that they may choose: the working directory, or those of variables', () => {
    const file = written('main.cjs', good);
    const theirs = join(dir, 'theirs');
    mkdirSync(theirs);
    for (const name of ['main.cjs.compiled', 'main.compiled', '.compiled'])
      writeFileSync(join(theirs, name), compiled(evil));
    const env = { NODE_COMPILE_CACHE: theirs, TMPDIR: theirs, HOME: theirs };
    expect(loadedAlone(file, { cwd: theirs, env })).toBe('good undefined');
  });
});

describe('the built command', () => {
  let command: InstalledCommand;
  beforeAll(async () => {
    command = await InstalledCommand.install();
  });
  afterAll(() => command.remove());

  it('has something compiled for files only whose names change with what is in them', () => {
    const names = readdirSync(join(command.dir, 'app/main')).filter((name) => name.endsWith('.compiled'));
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      expect(name).toMatch(/-[\w-]{8}\.cjs\.compiled$/);
      expect(existsSync(join(command.dir, 'app/main', name.replace(/\.compiled$/, '')))).toBe(true);
    }
  });

  it('starts an agent, and lists keys, without its late part', () => {
    const names = readdirSync(join(command.dir, 'app/main'));
    // Compiled is what was loaded for both.
    expect(names.filter((name) => /^late-.*\.cjs/.test(name))).toEqual([expect.stringMatching(/\.cjs$/)]);
  });

  it.runIf(process.platform === 'linux')('lists a key without what takes Node.js long to load', async () => {
    const loaded = join(command.dir, 'loaded.cjs');
    writeFileSync(
      loaded,
      `if (process.argv[2] === 'list') process.on('exit', () => console.error(process.moduleLoadList.join()));`,
    );
    const keyFile = fileURLToPath(new URL('../../fixtures/keys/ed25519.openssh', import.meta.url));
    const args = ['agent', '--no-prompt', keyFile, '--', command.program, 'list'];
    const { stdout, stderr } = await command.run(args, { env: { NODE_OPTIONS: `--require=${loaded}` } });
    expect(stdout).toMatch(/^256 SHA256:\S{43} .* \(ED25519\).*\n$/);
    expect(stderr).toContain('NativeModule vm');
    for (const name of ['crypto', 'inspector', 'net', 'stream', 'tty', 'v8', 'zlib'])
      expect(stderr.split(',')).not.toContain(`NativeModule ${name}`);
  });

  it('has scripts in ASCII, whatever their texts are', async () => {
    const main = join(command.dir, 'app/main');
    const scripts = readdirSync(main).filter((name) => name.endsWith('.cjs'));
    const isAscii = (name: string) => readFileSync(join(main, name)).every((byte) => byte < 0x80);
    expect(scripts.filter((name) => !isAscii(name))).toEqual([]);
    expect((await command.run(['lock', '--help'])).stdout).toContain('passphrase');
    expect((await command.run(['ls'])).stderr).toContain('There is no verb "ls"');
    expect((await command.run(['list'], { env: { SSH_AUTH_SOCK: '/dev/null/…' } })).stderr).toContain(
      '/dev/null/…',
    );
  });

  it('leaves nothing of its parts to the cache of Node.js, from which they could be taken', async () => {
    const cache = join(command.dir, 'node-cache');
    expect((await command.run(['--version'], { env: { NODE_COMPILE_CACHE: cache } })).code).toBe(0);
    const files = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /[/\\]/.test(name),
    );
    // cli.js alone, which whoever sets our variables need not touch: NODE_OPTIONS would run any file of theirs.
    expect(files).toHaveLength(1);
  });

  it('runs without them, too', async () => {
    const main = join(command.dir, 'app/main');
    for (const name of readdirSync(main)) if (name.endsWith('.compiled')) rmSync(join(main, name));
    const { code, stdout } = await command.run([
      'agent',
      '--no-prompt',
      '--',
      command.program,
      'list',
      '--json',
    ]);
    expect([code, stdout]).toEqual([0, '[]\n']);
  });
});
