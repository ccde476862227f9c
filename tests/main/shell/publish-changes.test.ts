// What the key window is told of changes, and what is worked out for it: nothing that it is not told.
import { EventEmitter } from 'node:events';
import { beforeEach, expect, it, vi } from 'vitest';
import { publishChanges, type ShellParts } from '../../../main/shell/publish-changes.ts';
import type { TrayIcon } from '../../../main/shell/tray/tray.ts';
import { keyView } from '../../../main/shell/views/key-views.ts';
import { policyView } from '../../../main/shell/views/policy-views.ts';
import { KeyWindow } from '../../../main/shell/windows/key-window.ts';
import { addRequest, request, testAgent } from '../../fakes/test-agent.ts';
import { ed25519Key } from '../../fakes/test-key.ts';

const sent = vi.hoisted((): string[] => []);

vi.mock('electron', () => ({ nativeTheme: {} }));
vi.mock('../../../main/shell/windows/window-place.ts', () => ({ placeAtPointer: () => ({}) }));
vi.mock('../../../main/shell/windows/page-window.ts', () => ({
  openPageWindow: () =>
    Object.assign(new EventEmitter(), { webContents: new EventEmitter(), isDestroyed: () => true }),
  loadPage() {},
  tell: (_window: unknown, name: string) => sent.push(name),
}));
vi.mock('../../../main/shell/views/key-views.ts', { spy: true });
vi.mock('../../../main/shell/views/policy-views.ts', { spy: true });

const turn = () => new Promise(setImmediate);

beforeEach(() => {
  sent.length = 0;
  vi.clearAllMocks();
});

/** A shell with 1,024 rules about hosts; what it is made of beside the agent never changes. */
function shell() {
  const rules = Array.from({ length: 1024 }, (_, n) => ({
    id: `${n}`,
    action: 'allow',
    destination: `host-${n}.example.com`,
  }));
  const policyFile = {
    load: () => ({ version: 1, rules }),
    save: () => Promise.resolve(),
    hasChanged: () => false,
  };
  const { agent, connect } = testAgent({ policyFile });
  const window = new KeyWindow({ host: {} as never, mayTakeFocus: () => true, log() {} });
  const still = { onChanged: () => () => {} };
  const parts = {
    agent,
    window,
    approver: { ...still, refresh() {}, waits: still },
    settings: still,
    doors: still,
    notices: still,
  };
  publishChanges(parts as unknown as ShellParts, { refresh() {} } as unknown as TrayIcon);
  const client = connect();
  const key = ed25519Key();
  async function addAndRemove() {
    await client.send(addRequest(key, 'k'));
    await turn();
    await client.send(request(18).string(key.blob));
    await turn();
  }
  return { agent, window, addAndRemove };
}

it('works out nothing for changes of keys while no page listens, and no rules when one does', async () => {
  const { agent, window, addAndRemove } = shell();
  expect(agent.consent.policies.policy.rules).toHaveLength(1024);
  for (let n = 0; n < 50; n++) await addAndRemove();
  window.show();
  await addAndRemove();
  expect(keyView).not.toHaveBeenCalled();
  window.pageIsReady();
  for (let n = 0; n < 50; n++) await addAndRemove();
  expect(sent).toEqual(Array(100).fill('keys.changed'));
  expect(policyView).not.toHaveBeenCalled();
});

it('tells of changes from the moment in which the page asks for its state, and after that where to go', async () => {
  const { agent, window } = shell();
  window.show({ section: 'rules' });
  agent.pause();
  await turn();
  expect(sent).toEqual([]);
  agent.resume();
  window.pageIsReady();
  expect(sent).toEqual([]);
  await turn();
  expect(sent).toEqual(['lock.changed', 'view.show']);
});
