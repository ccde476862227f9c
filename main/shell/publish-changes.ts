// Carries changes of the core and the shell to the key window and the tray: whole slices, one push a turn.
import type { Events } from '../../ipc/contract/events.ts';
import type { KeyView } from '../../ipc/contract/keys.ts';
import type { KeysState } from '../../ipc/contract/program.ts';
import type { Agent } from '../agent/create-agent.ts';
import type { Doors } from '../doors/doors.ts';
import type { SettingsStore } from '../stored/settings/settings.ts';
import type { Notices } from './notices/notices.ts';
import type { HelloUnlock } from './prompts/hello-unlock.ts';
import type { WindowApprover } from './prompts/window-approver.ts';
import type { TrayIcon } from './tray/tray.ts';
import type { TrayFacts } from './tray/tray-state.ts';
import { activityView, approvalView, missedView } from './views/activity-views.ts';
import { keyView } from './views/key-views.ts';
import { policyView } from './views/policy-views.ts';
import { storeView } from './views/store-views.ts';
import type { KeyWindow } from './windows/key-window.ts';

export interface ShellParts {
  readonly agent: Agent;
  readonly approver: WindowApprover;
  readonly settings: SettingsStore;
  readonly doors: Doors;
  readonly notices: Notices;
  readonly window: KeyWindow;
  /** Left out where the passphrase alone opens a key. */
  readonly hello?: HelloUnlock | undefined;
}

function keyViews({ agent, hello }: Pick<ShellParts, 'agent' | 'hello'>): KeyView[] {
  return agent.keys.list().map((key) => {
    const ofKey = hello?.viewOf(key.fingerprint);
    return { ...keyView(key, new Date()), ...(ofKey && { hello: ofKey }) };
  });
}
const storeViews = (agent: Agent) => agent.stores.list().map(storeView);

/** What the key window asks for when it opens, of what the core and the prompts have. */
export function slicesOf(parts: ShellParts): Pick<KeysState, 'keys' | 'stores' | 'prompts' | 'policy'> {
  const { agent, approver } = parts;
  return {
    keys: keyViews(parts),
    stores: storeViews(agent),
    prompts: approver.prompts,
    policy: policyView(agent.consent.policies.policy),
  };
}

/** What the tray shows now. */
export function trayFactsOf({ agent, approver, doors }: ShellParts): TrayFacts {
  const keys = agent.keys.list();
  return {
    promptCount: approver.prompts.length,
    waitCount: approver.waits.count,
    lock: agent.lock,
    isDoorDegraded: doors.isDegraded,
    keyCount: keys.length,
    encryptedCount: keys.filter(({ state }) => state === 'encrypted').length,
  };
}

/** Runs `act` once for all calls of one turn of the event loop. */
function coalesced(act: () => void): () => void {
  let isScheduled = false;
  return () => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      act();
    });
  };
}

/** Starts publishing; returns the way to stop. */
export function publishChanges(parts: ShellParts, tray: TrayIcon): () => void {
  const { agent, approver, settings, doors, notices, window } = parts;
  const { activity, approvals, missed, policies } = agent.consent;
  const refreshTray = coalesced(() => tray.refresh());
  const push = <N extends keyof Events>(name: N, payload: () => Events[N]) =>
    coalesced(() => {
      window.tell(name, payload);
      refreshTray();
    });
  const stops = [
    agent.keys.onChanged(push('keys.changed', () => keyViews(parts))),
    agent.stores.onChanged(push('stores.changed', () => storeViews(agent))),
    // What is said of a key has whether it can be reached.
    agent.stores.onChanged(push('keys.changed', () => keyViews(parts))),
    parts.hello?.onChanged(push('keys.changed', () => keyViews(parts))) ?? (() => {}),
    // What goes on for a key or an agent that was unlocked ends with the lock, as prompts do.
    agent.onLockChanged(() => {
      if (agent.isLocked) approver.endWithAgent();
    }),
    agent.onLockChanged(push('lock.changed', () => agent.lock)),
    agent.prompts.onWaitingChanged(() => approver.refresh()),
    approver.onChanged(push('prompts.changed', () => approver.prompts)),
    approver.waits.onChanged(refreshTray),
    doors.onChanged(push('doors.changed', () => doors.views)),
    settings.onChanged(push('settings.changed', () => settings.current)),
    notices.onChanged(push('notices.changed', () => notices.views)),
    approvals.onChanged(push('approvals.changed', () => approvals.list().map(approvalView))),
    missed.onChanged(push('missed.changed', () => missed.list().map(missedView))),
    policies.onChanged(push('policy.changed', () => policyView(policies.policy))),
    activity.onAdded((entry) => window.tell('activity.added', () => activityView(entry))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
