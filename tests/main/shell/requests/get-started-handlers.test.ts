// “Get started” as the key window asks for it, with a real agent, settings and record behind.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GetStartedView } from '../../../../ipc/contract/get-started.ts';
import { UpstreamError } from '../../../../main/agent/ports/host.ts';
import type { KeyStep } from '../../../../main/shell/get-started/key-step.ts';
import { getStartedHandlers } from '../../../../main/shell/requests/get-started-handlers.ts';
import { RequestFailure } from '../../../../main/shell/requests/request-failure.ts';
import { openGetStartedFile } from '../../../../main/stored/get-started-file.ts';
import { openSettings } from '../../../../main/stored/settings/settings.ts';
import { testAgent } from '../../../fakes/test-agent.ts';

vi.mock('electron', () => ({ app: { isPackaged: false } }));

const from = { webContentsId: 1, role: 'keys' } as never;
const nothing = { files: [], agents: [], certificates: false };
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function shell(step: Partial<Pick<KeyStep, 'add' | 'undo'>> = {}) {
  const { agent } = testAgent({
    policyFile: { load: () => undefined, save: async () => {}, hasChanged: () => false },
  });
  const record = openGetStartedFile(join(home, 'get-started.json'), () => {});
  const settings = await openSettings(join(home, 'settings.json'), new Date(0));
  const told: GetStartedView[] = [];
  const added: unknown[] = [];
  const keyStep = {
    add: async (wish: unknown) => {
      added.push(wish);
      return { files: [], problems: [] };
    },
    undo: async () => {},
    ...step,
  } as unknown as KeyStep;
  const handlers = getStartedHandlers({
    ...{ record, keyStep, agent, settings },
    doors: { addressOf: () => undefined },
    keeper: { countStored: async () => 0 },
    changed: (view) => void told.push(view),
  });
  return { agent, handlers, record, settings, told, added };
}

describe('adding keys', () => {
  it('is refused while the agent is locked, and is not done then', async () => {
    const { agent, handlers, record, added } = await shell();
    agent.pause();
    await expect(handlers['getStarted.addKeys'](nothing, from)).rejects.toThrow(RequestFailure);
    expect(added).toEqual([]);
    expect(record.current.steps.keys).toBe('to-do');
  });

  it.each([
    [
      {
        files: [{ name: 'a', outcome: { kind: 'failed', message: 'It is gone.' }, warnings: [] }],
        problems: [],
      },
    ],
    [{ files: [], problems: ['It does not answer.'] }],
  ] as const)('is not done where all that was wished failed', async (answer) => {
    const { handlers, record } = await shell({ add: async () => structuredClone(answer) as never });
    const agents = answer.problems.map(() => '7f1c1a52-5d0f-4bb4-8f77-1f1f2d3c4b5a');
    await handlers['getStarted.addKeys']({ ...nothing, agents }, from);
    expect(record.current.steps.keys).toBe('to-do');
  });

  it('is done where something was added, and the page is told', async () => {
    const files = [{ name: 'a', outcome: { kind: 'added', id: 'a' }, warnings: [] }];
    const { handlers, told } = await shell({ add: async () => ({ files, problems: ['x'] }) as never });
    await handlers['getStarted.addKeys'](nothing, from);
    expect(told).toMatchObject([{ steps: { keys: 'done' } }]);
    expect(told[0]).not.toHaveProperty('wasShown');
  });

  it('says why Undo can’t be', async () => {
    const { handlers } = await shell({ undo: () => Promise.reject(new UpstreamError('Not now.')) });
    await expect(handlers['getStarted.undoKeys']({}, from)).rejects.toThrow(new RequestFailure('Not now.'));
  });
});

describe('when to ask', () => {
  it('goes back by Undo to what was before the first answer, once', async () => {
    const { agent, handlers, record } = await shell();
    const { policies } = agent.consent;
    const before = policies.policy.defaultLevel;
    await handlers['getStarted.setLevel']({ level: 'always' }, from);
    await handlers['getStarted.setLevel']({ level: 'new' }, from);
    expect(policies.policy.defaultLevel).toBe('new');
    await handlers['getStarted.undoLevel']({}, from);
    expect(policies.policy.defaultLevel).toBe(before);
    expect(record.current).not.toHaveProperty('levelBefore');
    expect(record.current.steps.ask).toBe('to-do');
    // What the person decides after that is theirs.
    await policies.setDefaultLevel('always');
    await handlers['getStarted.undoLevel']({}, from);
    expect(policies.policy.defaultLevel).toBe('always');
  });
});

describe('at sign-in', () => {
  it('goes back by Undo to what was before the first answer, after a restart, too', async () => {
    const first = await shell();
    const { startAtLogin, restoreKeys } = first.settings.current;
    const wish = { startAtLogin: !startAtLogin, restoreKeys: !restoreKeys };
    await first.handlers['getStarted.setSignIn'](wish, from);
    await first.handlers['getStarted.setSignIn']({ ...wish, restoreKeys }, from);
    const { handlers, settings } = await shell();
    expect(settings.current).toMatchObject({ startAtLogin: !startAtLogin, restoreKeys });
    await handlers['getStarted.undoSignIn']({}, from);
    expect(settings.current).toMatchObject({ startAtLogin, restoreKeys });
    await settings.change({ startAtLogin: !startAtLogin });
    await handlers['getStarted.undoSignIn']({}, from);
    expect(settings.current.startAtLogin).toBe(!startAtLogin);
  });

  it('is not done where the settings can’t be saved', async () => {
    mkdirSync(join(home, 'settings.json'));
    const { handlers, record } = await shell();
    await expect(
      handlers['getStarted.setSignIn']({ startAtLogin: true, restoreKeys: true }, from),
    ).rejects.toThrow(RequestFailure);
    expect(record.current.steps['sign-in']).toBe('to-do');
    expect(record.current).not.toHaveProperty('signInBefore');
  });

  it('is tested by what the system says', async () => {
    const { handlers } = await shell();
    await handlers['getStarted.setSignIn']({ startAtLogin: true, restoreKeys: true }, from);
    expect(await handlers['getStarted.test']({ step: 'sign-in' }, from)).toMatchObject({ isWorking: false });
  });
});
