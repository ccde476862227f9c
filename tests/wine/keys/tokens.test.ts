// Keys on tokens by the built command: the layouts of PKCS#11 on Windows, the library's own process there, and what is not loaded.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeExistingInstallation } from '../../fakes/existing-installation.ts';
import { isAlive } from '../../interop/support/eventually.ts';
import { Askpass } from '../agent/askpass.ts';
import { type AgentOnWindows, runSallyport, startAgent } from '../agent/windows-command.ts';
import { projectDir } from '../lane/paths.ts';
import { closedPath, compileWindowsDll, describeWindows, laneWorkDir } from '../lane/windows-program.ts';

/** Where the PE header has the processor, after its offset at 0x3c and its magic. */
const machineAt = (dll: Buffer) => dll.readUInt32LE(0x3c) + 4;
const i386 = 0x14c;

describeWindows('keys on tokens', () => {
  const folder = closedPath(`tokens-${Date.now()}`);
  const at = (name: string) => ({
    unix: join(folder.unix, name),
    windows: `${folder.windows}\\${name}`,
  });
  const library = at('tökens.dll');
  const settings = at('stand-in.conf');
  const person = at('person.cjs');
  let agent: AgentOnWindows;
  let askpass: Askpass;
  let env: Record<string, string>;

  const behave = (what: string) => writeFileSync(settings.unix, what);
  const noted = (ending: string) => {
    const path = `${settings.unix}.${ending}`;
    return existsSync(path) ? readFileSync(path, 'latin1').replaceAll('\r', '') : '';
  };
  const sallyport = async (...args: string[]) => {
    const { exitCode, output, errorOutput } = await runSallyport(args, { env });
    return { exitCode, said: `${output}${errorOutput}`.replaceAll('\r', '') };
  };
  const signing = () => sallyport('test-sign', 'a key of it');

  beforeAll(async () => {
    mkdirSync(folder.unix);
    makeExistingInstallation(folder.unix, 'Sallyport');
    behave('');
    // A folder for its settings of its own: Wine sets the variable of that to the person’s, whatever we set.
    writeFileSync(person.unix, `process.env.APPDATA = ${JSON.stringify(folder.windows)};`);
    copyFileSync(compileWindowsDll(join(projectDir, 'tests/fakes/pkcs11-stand-in.c')), library.unix);
    askpass = new Askpass();
    env = { NODE_OPTIONS: `--require=${person.windows}` };
    agent = await startAgent(['--doors', 'own-pipe', '--askpass', askpass.program], {
      env: { ...env, ...askpass.env, STAND_IN_PKCS11_CONF: settings.windows },
    });
  });
  afterAll(async () => {
    agent.program.kill();
    await agent.program.result;
    rmSync(folder.unix, { recursive: true });
  });

  test('are not taken from a library that is none, or for something else', async () => {
    const dll = readFileSync(library.unix);
    dll.writeUInt16LE(i386, machineAt(dll));
    writeFileSync(at('other.dll').unix, dll);
    writeFileSync(at('none.dll').unix, 'MZ'.padEnd(4096, '\0'));
    const refused = async (path: string, sentence: string) =>
      expect(await sallyport('tokens', 'add', path)).toEqual({
        exitCode: 1,
        said: expect.stringContaining(sentence),
      });
    await Promise.all([
      refused(
        at('other.dll').windows,
        'The library is for another processor (32-bit x86); Sallyport runs on x86-64.',
      ),
      refused(at('none.dll').windows, 'The file is no library for this system.'),
      refused('C:\\windows\\system32\\mpr.dll', 'is a library, but none for tokens (PKCS#11)'),
    ]);
  });

  test('are listed with all that the token says, and sign after its PIN, which is tried once', async () => {
    const { exitCode, said } = await sallyport('tokens', 'add', library.windows);
    expect([exitCode, said]).toEqual([0, expect.stringContaining(' (A stand-in for PKCS#11): 1 token\n')]);
    expect(said).toContain('  stand-in, serial 0123456789: 1 key, PIN asked for at the first use\n');
    const signed = signing();
    const question = await askpass.next();
    expect(question.text).toContain('stand-in');
    question.answer('1234');
    expect(await signed).toMatchObject({ exitCode: 0 });
    expect(noted('tries')).toBe('1 1234\n');
  });

  test('have their PIN asked for anew when the library has crashed, which ends its own process alone', async () => {
    behave('crash-sign');
    expect((await signing()).exitCode).not.toBe(0);
    behave('');
    await expect.poll(async () => (await sallyport('list')).said).toContain('a key of it');
    const signed = signing();
    (await askpass.next()).cancel();
    expect((await signed).exitCode).not.toBe(0);
    expect(noted('tries')).toBe('1 1234\n');
  });

  test('leave no process when the agent is killed while their library hangs', async () => {
    behave('hang-list');
    const waiting = sallyport('list');
    await expect.poll(() => noted('hangs')).toBe('hang-list');
    const [host = 0, ...others] = libraryHosts(agent.pid);
    expect([isAlive(host), others]).toEqual([true, []]);
    agent.program.kill();
    await expect.poll(() => isAlive(host)).toBe(false);
    await waiting;
  });
});

/** The Unix processes with a library of the agent of that Windows process. */
function libraryHosts(agentPid: number): number[] {
  const commandLine = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const line = commandLine(pid);
      return (
        line.includes(laneWorkDir().replaceAll('/', '\\')) &&
        line.includes(`library-host.js\0pkcs11\0${agentPid}\0`)
      );
    })
    .map(Number);
}
