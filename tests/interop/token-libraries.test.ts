// Libraries for tokens that misbehave, by one of ours: what is not loaded, what their hangs, crashes and lies do, and PINs.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { Askpass } from './support/askpass.ts';
import { eventually, isAlive } from './support/eventually.ts';
import { describeWith } from './support/installed-programs.ts';
import { makeKeyPair } from './support/key-pairs.ts';
import { childrenOf } from './support/process-facts.ts';
import { runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { buildStandIn } from './support/soft-tokens.ts';
import { isSigned, listedKeys, sshAdd } from './support/token-clients.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();

describeWith(['gcc'], 'a library for tokens', () => {
  let askpass: Askpass;
  let library: Awaited<ReturnType<typeof buildStandIn>>;
  let guarded: RunningAgent;
  const behave = (what: string) => writeFileSync(library.settings, what);
  const tries = () =>
    existsSync(`${library.settings}.tries`) ? readFileSync(`${library.settings}.tries`, 'utf8') : '';
  /** Resolves when it hangs there. */
  const hanging = (where: string) =>
    eventually(`it is in ${where}`, () => {
      const noted = `${library.settings}.hangs`;
      return existsSync(noted) && readFileSync(noted, 'utf8') === where;
    });
  const add = (path: string) => guarded.run('sallyport', 'tokens', 'add', path);
  const keyOfIt = async () => (await listedKeys(guarded)).find((line) => line.endsWith(' a key of it'));

  beforeAll(async () => {
    library = await buildStandIn(space);
    askpass = await Askpass.install(space, 'askpass');
    guarded = await RunningAgent.start(space, { args: [`--askpass=${askpass.program}`], env: library.env });
    const key = await makeKeyPair(space, 'of-a-file');
    await guarded.runOk('ssh-add', '-q', key.path);
  });

  it.each([
    ['that is none', () => '/etc/passwd', 'The file is no library for this system.'],
    ['that is not there', () => space.path('nowhere.so'), 'There is no file at this path.'],
    ['that others may write', () => openToOthers(), 'as others could have written it. Other users may write'],
    ['for another processor', () => forArm(), 'for another processor (64-bit ARM)'],
    ['that is for something else', () => otherLibrary(), 'is a library, but none for tokens (PKCS#11)'],
  ])('is not taken: %s', async (_what, path, sentence) => {
    const { code, stderr } = await add(await path());
    expect(stderr).toContain(sentence);
    expect(code).toBe(1);
  });

  async function openToOthers(): Promise<string> {
    const path = await space.write('open.so', readFileSync(library.path), 0o700);
    chmodSync(path, 0o777);
    return path;
  }
  function forArm(): Promise<string> {
    const bytes = readFileSync(library.path);
    bytes.writeUInt16LE(183, 18);
    return space.write('arm.so', bytes, 0o700);
  }
  async function otherLibrary(): Promise<string> {
    const source = await space.write('empty.c', 'int nothing;\n');
    await runOk('gcc', ['-shared', '-fPIC', '-o', space.path('empty.so'), source], { env: space.env });
    return space.path('empty.so');
  }

  it('is not loaded by ssh-add -s unless the person has chosen it', async () => {
    // None of those that were not taken is left either.
    expect(await guarded.runOk('sallyport', 'tokens')).toBe('No library for tokens is used.\n');
    const { code } = await sshAdd(space, guarded, ['-s', library.path], '1234');
    expect(code).not.toBe(0);
    expect(tries()).toBe('');
  });

  it('stays loaded when memory is cleaned up', async () => {
    const binding = new URL('../../main/key-stores/pkcs11/library/cryptoki.ts', import.meta.url).href;
    const code = `
      const { Cryptoki } = await import(${JSON.stringify(binding)});
      const library = new Cryptoki(${JSON.stringify(library.path)});
      // What refers to a library natively is released some turns later.
      for (let turn = 0; turn < 5; turn++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      console.log(library.description);`;
    const args = ['--expose-gc', '--input-type=module', '-e', code];
    const output = await runOk(process.execPath, args, { env: { ...space.env, ...library.env } });
    expect(output).toBe('A stand-in for PKCS#11\n');
  });

  it('that crashes when it is loaded is not taken', async () => {
    behave('crash-load');
    const { code, stderr } = await add(library.path);
    expect([code, stderr]).toEqual([1, expect.stringContaining('The library for the token crashed.')]);
  });

  it('lists its keys, holds up nobody when it hangs or crashes, and comes back', async () => {
    behave('');
    await expect.poll(async () => (await add(library.path)).code).toBe(0);
    expect(await keyOfIt()).toBeDefined();
    for (const what of ['crash-list', 'lie']) {
      behave(what);
      expect((await listedKeys(guarded)).some((line) => line.includes('of-a-file'))).toBe(true);
      behave('');
      await expect.poll(keyOfIt).toBeDefined();
    }
    behave('hang-list');
    for (const _ of [1, 2]) {
      const begun = performance.now();
      expect((await listedKeys(guarded)).some((line) => line.includes('of-a-file'))).toBe(true);
      expect(performance.now() - begun).toBeLessThan(2_000);
    }
    behave('');
    await expect.poll(keyOfIt).toBeDefined();
  });

  /** After a “no” the same is not asked again for a while: the namespace makes it another request. */
  const signed = async (namespace = 'file') => {
    const path = await space.write('stand-in.pub', `${await keyOfIt()}\n`);
    return guarded.startClient('sh', '-c', `echo text | ssh-keygen -q -Y sign -n ${namespace} -f '${path}'`)
      .result;
  };

  it('whose PIN has one try left says so before, and is not tried by itself', async () => {
    behave('final');
    await expect
      .poll(async () => (await guarded.run('sallyport', 'tokens')).stdout)
      .toContain('one try left');
    const result = signed('one-try');
    const question = await askpass.next();
    expect(question.text).toContain('stand-in, one try left');
    await question.answer('0000');
    const again = await askpass.next();
    expect(again.text).toMatch(/One try is left/);
    await again.cancel();
    expect((await result).code).not.toBe(0);
    expect(tries()).toBe('1 0000\n');
  });

  it('whose PIN is locked is not tried at all, and the log says what to do', async () => {
    behave('locked');
    await expect.poll(async () => (await guarded.run('sallyport', 'tokens')).stdout).toContain('locked');
    const { code } = await sshAdd(space, guarded, ['-s', library.path], '1234');
    expect(code).not.toBe(0);
    expect(tries()).toBe('1 0000\n');
    expect(guarded.log()).toContain('The PIN of the token is locked');
  });

  it('that crashes in a signature, or makes a bad one, fails that alone; its PIN is asked for anew after a crash', async () => {
    behave('bad-sign');
    await expect.poll(async () => (await guarded.run('sallyport', 'tokens')).stdout).not.toContain('locked');
    expect((await sshAdd(space, guarded, ['-s', library.path], '1234')).code).toBe(0);
    expect(tries()).toBe('1 0000\n1 1234\n');
    expect((await signed()).code).not.toBe(0);
    expect(guarded.log()).toContain('made a signature that is not good');
    behave('crash-sign');
    expect((await signed()).code).not.toBe(0);
    expect(guarded.log()).toContain('The library for the token crashed.');
    behave('');
    await expect.poll(keyOfIt).toBeDefined();
    const result = signed('after-a-crash');
    await (await askpass.next()).cancel();
    expect((await result).code).not.toBe(0);
  });

  it('whose token is pulled out loses its keys, and has them again', async () => {
    behave('no-token');
    await expect.poll(keyOfIt).toBeUndefined();
    behave('');
    await expect.poll(keyOfIt).toBeDefined();
  });

  it('that hangs in a signature holds up no other key, and ends with its client’s patience', async () => {
    behave('');
    expect((await sshAdd(space, guarded, ['-s', library.path], '1234')).code).toBe(0);
    behave('hang-sign');
    const path = await space.write('stand-in.pub', `${await keyOfIt()}\n`);
    const client = guarded.startClient('ssh-keygen', '-q', '-Y', 'sign', '-n', 'file', '-f', path);
    await hanging('hang-sign');
    await guarded.runOk('ssh-add', '-T', space.path('of-a-file.pub'));
    client.child.kill('SIGKILL');
    behave('');
    await expect.poll(keyOfIt).toBeDefined();
  });

  /** In a new process that has no PIN, and as nobody had asked for anything. */
  const startAnew = async (how: string) => {
    await guarded.runOk('sallyport', 'tokens', 'remove', library.path);
    rmSync(`${library.settings}.tries`, { force: true });
    behave(how);
    await guarded.runOk('sallyport', 'tokens', 'add', library.path);
  };

  /** Makes the change while the library makes a signature, which must fail, and a file's key must not. */
  const inMidSignature = async (change: () => unknown) => {
    await startAnew('');
    expect((await sshAdd(space, guarded, ['-s', library.path], '1234')).code).toBe(0);
    rmSync(`${library.settings}.hangs`, { force: true });
    behave('hang-sign');
    const result = signed();
    await hanging('hang-sign');
    await change();
    expect((await result).code).not.toBe(0);
    await guarded.runOk('ssh-add', '-T', space.path('of-a-file.pub'));
  };

  it('whose token is pulled out in mid-signature fails that alone, with this reason, and has its keys again', async () => {
    await inMidSignature(() => behave('no-token'));
    expect(guarded.log()).toMatch(
      /where the key lives it is not there any more$|The token is not there any more\.$/m,
    );
    await expect.poll(keyOfIt).toBeUndefined();
    behave('');
    await expect.poll(keyOfIt).toBeDefined();
  });

  it('that is removed in mid-signature ends that alone, and is gone', async () => {
    await inMidSignature(() => guarded.runOk('sallyport', 'tokens', 'remove', library.path));
    expect(await keyOfIt()).toBeUndefined();
    behave('');
    expect((await add(library.path)).code).toBe(0);
  });

  it('whose key wants its PIN for each signature is given it for one alone', async () => {
    await startAnew('always');
    for (const _ of [1, 2]) {
      const result = signed();
      await (await askpass.next()).answer('1234');
      expect(isSigned(await result)).toBe(true);
    }
    expect(tries()).toBe('1 1234\n2 1234\n'.repeat(2));
  });

  it('whose PIN is entered at the reader has it asked for there, and by us nowhere', async () => {
    await startAnew('reader, reader-left');
    expect(await guarded.runOk('sallyport', 'tokens')).toContain('PIN asked for at the reader');
    expect(isSigned(await signed())).toBe(false);
    expect(guarded.log()).toContain('The PIN was not entered at the reader.');
    behave('reader');
    expect(isSigned(await signed())).toBe(true);
    expect(tries()).toBe('1 \n1 \n');
    expect(askpass.waiting).toBe(0);
  });

  it('that hangs when it is given a PIN holds up no other key, and is signed out when nobody waits any more', async () => {
    await startAnew('hang-login');
    const path = await space.write('stand-in.pub', `${await keyOfIt()}\n`);
    const client = guarded.startClient('ssh-keygen', '-q', '-Y', 'sign', '-n', 'file', '-f', path);
    await (await askpass.next()).answer('1234');
    await hanging('hang-login');
    await guarded.runOk('ssh-add', '-T', space.path('of-a-file.pub'));
    client.child.kill('SIGKILL');
    behave('');
    const result = signed();
    await (await askpass.next()).cancel();
    expect((await result).code).not.toBe(0);
    expect(tries()).toBe('1 1234\n');
  });

  it('has its keys for as long as ssh-add -t says', async () => {
    await startAnew('');
    expect((await sshAdd(space, guarded, ['-t', '1', '-s', library.path], '')).code).toBe(0);
    await expect.poll(keyOfIt).toBeUndefined();
    expect((await sshAdd(space, guarded, ['-s', library.path], '')).code).toBe(0);
    expect((await add(library.path)).code).toBe(0);
    await expect.poll(keyOfIt).toBeDefined();
  });

  it('that hangs when it is loaded holds up no other key, and has its own there when it goes on', async () => {
    behave('hang-load');
    const other = await RunningAgent.start(space, { args: ['--no-prompt'], env: library.env });
    await hanging('hang-load');
    await other.runOk('ssh-add', '-q', space.path('of-a-file'));
    const begun = performance.now();
    expect(await listedKeys(other)).toEqual([expect.stringContaining('of-a-file')]);
    expect(performance.now() - begun).toBeLessThan(2_000);
    await other.runOk('ssh-add', '-T', space.path('of-a-file.pub'));
    behave('');
    await expect.poll(() => listedKeys(other)).toHaveLength(2);
    await other.stop();
  });

  it('leaves no process when the agent is killed while it hangs', async () => {
    behave('hang-list');
    const listing = listedKeys(guarded);
    await hanging('hang-list');
    const [host = 0, ...others] = childrenOf(guarded.pid);
    expect([isAlive(host), others]).toEqual([true, []]);
    process.kill(guarded.pid, 'SIGKILL');
    await expect.poll(() => isAlive(host)).toBe(false);
    await listing;
  });
});
