// The program itself: its state, settings, lock and notices, and where its window is to go.
import * as v from 'valibot';
import type { ThisVersion } from '../../text/version-age.ts';
import type { DoorView } from './doors.ts';
import { nothing, uuid } from './fields.ts';
import type { KeyView } from './keys.ts';
import type { PolicyView } from './policy.ts';
import type { PromptSummary } from './prompt.ts';
import { fromKeys, typed } from './request.ts';
import { type Settings, settingsChangeSchema } from './settings.ts';
import type { StoreView } from './stores.ts';
import type { SnippetKind } from './use-with.ts';

export interface LockView {
  /** By the person, the session lock, suspend or idleness; this window ends it. */
  readonly isPaused: boolean;
  /** Why, as a sentence; present while paused. */
  readonly reason?: string;
  /** By a client (`ssh-add -x`); only the same passphrase ends it (`ssh-add -X`). */
  readonly isLockedByClient: boolean;
}

/** Something that the person must be told outside of any prompt. */
export interface NoticeView {
  readonly id: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
}

export interface KeysState {
  readonly version: ThisVersion;
  /** Of the program's log, for those who look for the cause of something. */
  readonly logPath: string;
  readonly platform: 'win32' | 'linux' | 'darwin';
  /** The person's regional format (BCP 47), by which the system writes times; the page's own language is another thing. */
  readonly locale: string;
  readonly keys: readonly KeyView[];
  readonly doors: readonly DoorView[];
  /** Where keys live that are not held here. */
  readonly stores: readonly StoreView[];
  readonly settings: Settings;
  readonly policy: PolicyView;
  readonly lock: LockView;
  readonly prompts: readonly PromptSummary[];
  readonly notices: readonly NoticeView[];
}

/** The sections of the key window. */
export type Section =
  | 'get-started'
  | 'keys'
  | 'activity'
  | 'approvals'
  | 'rules'
  | 'doors'
  | 'places'
  | 'use-with'
  | 'settings';

/** Where the key window is to go when the tray menu asks for it. */
export interface Destination {
  readonly section: Section;
  /** Open this dialog as well. */
  readonly action?: 'add' | 'add-encrypted';
  readonly snippet?: SnippetKind;
}

export const programRequests = {
  /** The page's first word: from then on it is told what changes. */
  'state.get': fromKeys(nothing).gives<KeysState>(),
  'settings.set': fromKeys(settingsChangeSchema).gives<Settings>(),
  'agent.lock': fromKeys(nothing).gives<null>(),
  'agent.unlock': fromKeys(nothing).gives<null>(),
  'notices.dismiss': fromKeys(v.strictObject({ id: uuid })).gives<null>(),
  'app.quit': fromKeys(nothing).gives<null>(),
};

export const programEvents = {
  'settings.changed': typed<Settings>(),
  'lock.changed': typed<LockView>(),
  'prompts.changed': typed<readonly PromptSummary[]>(),
  'notices.changed': typed<readonly NoticeView[]>(),
  'view.show': typed<Destination>(),
};
