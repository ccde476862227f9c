// The names that may cross between a window and the main process: all that the preload needs to know.
import type { EventName, RequestName } from './contract.ts';

/** The name of the bridge in a page: `window.sallyport`. */
export const bridgeName = 'sallyport';

export const requestNames = [
  'state.get',
  'keys.add',
  'keys.unlockAndAdd',
  'keys.forgetPending',
  'keys.remove',
  'keys.reencrypt',
  'keys.reencryptAll',
  'keys.setLifetime',
  'keys.move',
  'keys.details',
  'keys.copyPublicKey',
  'keys.generate',
  'keyFile.open',
  'keyFile.save',
  'keyFile.close',
  'activity.list',
  'activity.export',
  'approvals.list',
  'approvals.revoke',
  'approvals.revokeAll',
  'missed.list',
  'missed.allowNextTime',
  'missed.dismiss',
  'policy.get',
  'policy.addRule',
  'policy.moveRule',
  'policy.removeRule',
  'policy.setLevel',
  'policy.setDefaultLevel',
  'offers.list',
  'doors.retry',
  'settings.set',
  'agent.lock',
  'agent.unlock',
  'snippets.get',
  'snippets.copy',
  'snippets.test',
  'notices.dismiss',
  'app.quit',
  'prompt.get',
  'prompt.answerPassphrase',
  'prompt.answerConfirm',
  'prompt.cancel',
] as const satisfies readonly RequestName[];

export const eventNames = [
  'keys.changed',
  'doors.changed',
  'settings.changed',
  'lock.changed',
  'prompts.changed',
  'notices.changed',
  'approvals.changed',
  'missed.changed',
  'policy.changed',
  'activity.added',
  'view.show',
  'prompt.changed',
  'prompt.focusState',
] as const satisfies readonly EventName[];

type Missing =
  | Exclude<RequestName, (typeof requestNames)[number]>
  | Exclude<EventName, (typeof eventNames)[number]>;
// Does not compile while a name of the contract is missing above.
undefined as unknown as Missing satisfies never;
