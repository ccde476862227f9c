// Keys that Windows keeps, by the built command, with a stand-in for what Wine lacks of ncrypt.dll.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WindowsKeyList } from '../../../main/agent/ports/windows-keys.ts';
import {
  type AgentOnWindows,
  runSallyport,
  runSallyportOk,
  startAgent,
  stopAgent,
} from '../agent/windows-command.ts';
import { describeWindows } from '../lane/windows-program.ts';
import { installNcryptStandIn, type NcryptStandIn } from './ncrypt-stand-in.ts';

describeWindows('keys that Windows keeps', () => {
  let windows: NcryptStandIn;
  let agent: AgentOnWindows;

  beforeAll(async () => {
    windows = installNcryptStandIn();
    agent = await startAgent(['--doors', 'own-pipe'], { env: windows.env });
  });
  afterEach(() => windows.answer());
  afterAll(async () => {
    await stopAgent(agent);
    windows.remove();
  });

  test('are made, signed with and deleted by the command, which hands on what Windows says', async () => {
    const line = await runSallyportOk('windows-keys', 'make', 'work', '--in', 'hello');
    expect(line).toMatch(/^ssh-rsa \S+ work\n$/);
    const { keys } = JSON.parse(await runSallyportOk('windows-keys', '--json')) as WindowsKeyList;
    const own = keys.filter(({ isOwn }) => isOwn);
    const [{ fingerprint } = { fingerprint: '' }] = own;
    expect(own).toMatchObject([{ home: 'hello', kind: 'RSA 2048', isAskedFor: true, isOffered: true }]);
    expect(await runSallyport(['test-sign', fingerprint])).toMatchObject({ exitCode: 0 });
    expect(windows.calls.at(-1)).toMatchObject({
      call: 'sign',
      name: expect.stringMatching(/^S-1-5-[-\d]+\/\/sallyport\/keys\/sallyport-work$/),
      context: 'SSH key “work”',
      gesture: 1,
      cache: 1,
      usage: 2,
      silent: false,
    });
    windows.answer('0x80090030');
    const refused = await runSallyport(['windows-keys', 'delete', fingerprint]);
    expect([refused.exitCode, refused.errorOutput]).toEqual([1, expect.stringContaining('is not ready')]);
    windows.answer();
    expect(await runSallyportOk('windows-keys', 'delete', fingerprint)).toContain('Deleted');
  });
});
