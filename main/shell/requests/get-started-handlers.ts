// What the key window asks about "Get started".
import type { GetStartedView, getStartedRequests } from '../../../ipc/contract/get-started.ts';
import type { StartRecord } from '../../../ipc/contract/start-record.ts';
import { PolicyError } from '../../agent/consent/rules/policy-store.ts';
import type { Agent } from '../../agent/create-agent.ts';
import { UpstreamError } from '../../agent/ports/host.ts';
import { WindowsKeysError } from '../../agent/ports/windows-keys.ts';
import type { Doors } from '../../doors/doors.ts';
import type { GetStartedFile } from '../../stored/get-started-file.ts';
import type { SettingsStore } from '../../stored/settings/settings.ts';
import type { KeyStep } from '../get-started/key-step.ts';
import { testAsking, testListing, testSignIn } from '../get-started/step-tests.ts';
import type { KeyKeeper } from '../key-files/keep-keys.ts';
import { startsAtLogin } from '../lifecycle/autostart.ts';
import type { HandlersOf } from './answer-request.ts';
import { saveSettings } from './program-handlers.ts';
import { RequestFailure } from './request-failure.ts';

export interface GetStartedHandlerOptions {
  readonly record: GetStartedFile;
  readonly keyStep: KeyStep;
  readonly agent: Pick<Agent, 'isLocked' | 'keys' | 'consent'>;
  readonly settings: SettingsStore;
  readonly doors: Pick<Doors, 'addressOf'>;
  readonly keeper: Pick<KeyKeeper, 'countStored'>;
  /** Tells the page of the record of now. */
  readonly changed: (view: GetStartedView) => void;
}

/** Throws RequestFailure for what is said about the person's wish. */
async function wished<T>(act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error: unknown) {
    if (error instanceof UpstreamError || error instanceof WindowsKeysError || error instanceof PolicyError)
      throw new RequestFailure(error.message);
    throw error;
  }
}

function viewOf({ wasShown: _, ...view }: StartRecord): GetStartedView {
  return view;
}

export function getStartedHandlers(options: GetStartedHandlerOptions): HandlersOf<typeof getStartedRequests> {
  const { record, keyStep, agent, settings, doors, keeper, changed } = options;
  const { policies, activity } = agent.consent;
  const change = async (step: (now: StartRecord) => StartRecord) => {
    await record.change(step);
    changed(viewOf(record.current));
    return null;
  };
  const assertUnlocked = () => {
    if (agent.isLocked)
      throw new RequestFailure('The agent is locked and takes no keys. Unlock it, then add them.');
  };
  return {
    'getStarted.get': () => viewOf(record.current),
    'getStarted.find': () => keyStep.find(),
    async 'getStarted.addKeys'(wish) {
      assertUnlocked();
      const added = await wished(keyStep.add(wish));
      const places = wish.agents.length + Number(wish.certificates);
      // Of what was all refused, nothing is done.
      const isDone =
        added.files.some(({ outcome }) => outcome.kind !== 'failed') || places > added.problems.length;
      await change((now) => (isDone ? { ...now, steps: { ...now.steps, keys: 'done' } } : now));
      return added;
    },
    async 'getStarted.undoKeys'() {
      await wished(keyStep.undo());
      return await change((now) => now);
    },
    async 'getStarted.setLevel'({ level }) {
      const before = policies.policy.defaultLevel;
      await wished(policies.setDefaultLevel(level));
      return await change(({ levelBefore = before, ...now }) => ({
        ...now,
        // What was not understood can't be put back.
        ...(levelBefore !== 'unreadable' && { levelBefore }),
        steps: { ...now.steps, ask: 'done' },
      }));
    },
    async 'getStarted.undoLevel'() {
      const { levelBefore } = record.current;
      if (levelBefore !== undefined) await wished(policies.setDefaultLevel(levelBefore));
      return await change(({ levelBefore: _, ...now }) => ({
        ...now,
        steps: { ...now.steps, ask: 'to-do' },
      }));
    },
    async 'getStarted.setSignIn'(wish) {
      const { startAtLogin, restoreKeys } = settings.current;
      await saveSettings(settings, wish);
      return await change(({ signInBefore = { startAtLogin, restoreKeys }, ...now }) => ({
        ...now,
        signInBefore,
        steps: { ...now.steps, 'sign-in': 'done' },
      }));
    },
    async 'getStarted.undoSignIn'() {
      const { signInBefore } = record.current;
      if (signInBefore) await saveSettings(settings, signInBefore);
      return await change(({ signInBefore: _, ...now }) => ({
        ...now,
        steps: { ...now.steps, 'sign-in': 'to-do' },
      }));
    },
    'getStarted.setStep': ({ step, state }) =>
      change((now) => ({ ...now, steps: { ...now.steps, [step]: state } })),
    async 'getStarted.test'({ step }) {
      switch (step) {
        case 'keys':
          return await testListing(doors);
        case 'ask':
          return await testAsking(doors, (fingerprint) =>
            activity.list().find(({ key }) => key.fingerprint === fingerprint),
          );
        case 'sign-in':
          return testSignIn({
            wish: settings.current,
            startsAtLogin: startsAtLogin(),
            stored: await keeper.countStored(),
            held: agent.keys.list().length,
          });
      }
    },
  };
}
