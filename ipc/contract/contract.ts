// The types of both ends: what a window may ask, what it gets, and what it is told unasked. No values.
import type { InferInput, InferOutput } from 'valibot';
import type { AnswerOutcome, PromptView } from './prompt-views.ts';
import type { requestSchemas } from './schemas.ts';
import type { Settings } from './settings.ts';
import type {
  ActivityView,
  AddedFile,
  ApprovalView,
  DoorView,
  ExportOutcome,
  KeyDetails,
  KeysState,
  KeyView,
  LockView,
  MissedView,
  NoticeView,
  OfferView,
  OpenOutcome,
  PolicyView,
  PromptSummary,
  SaveOutcome,
  SelfTest,
  Snippet,
  UnlockOutcome,
} from './views.ts';

/** What a window is for; it decides what the window may ask. */
export type WindowRole = 'keys' | 'prompt';

export type RequestName = keyof typeof requestSchemas;
/** What the window sends. */
export type RequestInput<N extends RequestName> = InferInput<(typeof requestSchemas)[N]['input']>;
/** The same once it has been checked. */
export type CheckedInput<N extends RequestName> = InferOutput<(typeof requestSchemas)[N]['input']>;

interface Outputs {
  'state.get': KeysState;
  /** One entry for each file; empty when the person chose none. */
  'keys.add': readonly AddedFile[];
  'keys.unlockAndAdd': UnlockOutcome;
  'keys.forgetPending': null;
  'keys.remove': null;
  /** How many of them stay in clear, for want of an encrypted form. */
  'keys.reencrypt': { readonly leftInClear: number };
  'keys.reencryptAll': { readonly leftInClear: number };
  'keys.setLifetime': null;
  'keys.move': null;
  'keys.details': KeyDetails;
  /** The main process has put it on the clipboard. */
  'keys.copyPublicKey': null;
  'keys.generate': SaveOutcome;
  'keyFile.open': OpenOutcome;
  'keyFile.save': SaveOutcome;
  'keyFile.close': null;
  /** Newest first. */
  'activity.list': readonly ActivityView[];
  'activity.export': ExportOutcome;
  'approvals.list': readonly ApprovalView[];
  'approvals.revoke': null;
  'approvals.revokeAll': null;
  /** The latest first. */
  'missed.list': readonly MissedView[];
  /** For a minute, one request like this one is allowed. */
  'missed.allowNextTime': null;
  'missed.dismiss': null;
  'policy.get': PolicyView;
  /** Fails with a sentence for the person when the core takes no such rule. */
  'policy.addRule': null;
  'policy.moveRule': null;
  'policy.removeRule': null;
  'policy.setLevel': null;
  'policy.setDefaultLevel': null;
  /** The latest first. */
  'offers.list': readonly OfferView[];
  'doors.retry': DoorView;
  'settings.set': Settings;
  'agent.lock': null;
  'agent.unlock': null;
  'snippets.get': Snippet;
  'snippets.copy': null;
  'snippets.test': SelfTest;
  'notices.dismiss': null;
  'app.quit': null;
  'prompt.get': PromptView;
  'prompt.answerPassphrase': AnswerOutcome;
  'prompt.answerConfirm': AnswerOutcome;
  'prompt.cancel': AnswerOutcome;
}

export type RequestOutput<N extends RequestName> = Outputs[N];

/** Where the key window is to go when the tray menu asks for it. */
export interface Destination {
  readonly view: 'keys' | 'activity' | 'doors' | 'settings' | 'use-with';
  /** Open this dialog as well. */
  readonly action?: 'add' | 'add-encrypted';
  /** Which of "use with…". */
  readonly snippet?: 'openssh' | 'git' | 'wsl' | 'putty';
}

/** Whole slices, never differences: the window replaces what it has. */
export interface Events {
  'keys.changed': readonly KeyView[];
  'doors.changed': readonly DoorView[];
  'settings.changed': Settings;
  'lock.changed': LockView;
  'prompts.changed': readonly PromptSummary[];
  'notices.changed': readonly NoticeView[];
  'approvals.changed': readonly ApprovalView[];
  'missed.changed': readonly MissedView[];
  'policy.changed': PolicyView;
  /** Again with the same id when its count has grown. */
  'activity.added': ActivityView;
  'view.show': Destination;
  /** Another attempt at the same key, another who asks, or a change of what is shown; replaces everything but what was typed. */
  'prompt.changed': PromptView;
  'prompt.focusState': { readonly isFocused: boolean };
}

export type EventName = keyof Events;

/**
 * `refused`: this window may not ask that. `invalid`: the input does not fit. `failed`: it was tried; the message
 * is a sentence for the person.
 */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: 'refused' | 'invalid' | 'failed'; readonly message: string };

/** What the preload exposes as `window.sallyport`. */
export interface Bridge {
  /** Never rejects. */
  request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<Outcome<RequestOutput<N>>>;
  /** Calls back with every event of that name; returns the way to stop that. */
  on<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void;
}
