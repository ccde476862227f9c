// The program itself: its state, settings, doors and lock, "use with…", and where its window is to go.
import * as v from 'valibot';
import { doorName, nothing, uuid, wholeNumber } from './fields.ts';
import type { KeyView } from './keys.ts';
import type { PolicyView } from './policy.ts';
import type { PromptSummary } from './prompt.ts';
import { fromKeys, typed } from './request.ts';
import { type Settings, settingsChangeSchema } from './settings.ts';

export interface DoorView {
  readonly name: string;
  /** For the person, for example "Pageant's pipe". */
  readonly title: string;
  readonly status: 'stopped' | 'starting' | 'listening' | 'degraded';
  /** What clients connect to, while listening. */
  readonly address?: string;
  /** Sentences for the person, while degraded. */
  readonly reason?: string;
  readonly remedy?: string;
  readonly heldBy?: { readonly pid: number; readonly executable?: string };
}

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
  readonly appVersion: string;
  /** Of the program's log, for those who look for the cause of something. */
  readonly logPath: string;
  readonly platform: 'win32' | 'linux' | 'darwin';
  readonly keys: readonly KeyView[];
  readonly doors: readonly DoorView[];
  readonly settings: Settings;
  readonly policy: PolicyView;
  readonly lock: LockView;
  readonly prompts: readonly PromptSummary[];
  readonly notices: readonly NoticeView[];
}

export interface SnippetStep {
  /** What to do with the text, as a sentence. */
  readonly explanation: string;
  readonly text: string;
}

export interface Snippet {
  readonly title: string;
  readonly steps: readonly SnippetStep[];
  /** Present when the door that this needs is not open: a sentence with the way out. */
  readonly problem?: string;
}

export interface SelfTest {
  readonly isWorking: boolean;
  /** What was tried and what came of it, as a sentence. */
  readonly message: string;
}

/** Which of "use with…". */
const snippetKind = v.picklist(['openssh', 'git', 'wsl', 'putty']);
export type SnippetKind = v.InferOutput<typeof snippetKind>;

/** The sections of the key window. */
export type Section = 'keys' | 'activity' | 'approvals' | 'rules' | 'doors' | 'use-with' | 'settings';

/** Where the key window is to go when the tray menu asks for it. */
export interface Destination {
  readonly section: Section;
  /** Open this dialog as well. */
  readonly action?: 'add' | 'add-encrypted';
  readonly snippet?: SnippetKind;
}

const oneSnippet = v.strictObject({ kind: snippetKind });

export const programRequests = {
  /** The page's first word: from then on it is told what changes. */
  'state.get': fromKeys(nothing).gives<KeysState>(),
  'doors.retry': fromKeys(v.strictObject({ name: doorName })).gives<DoorView>(),
  'settings.set': fromKeys(settingsChangeSchema).gives<Settings>(),
  'agent.lock': fromKeys(nothing).gives<null>(),
  'agent.unlock': fromKeys(nothing).gives<null>(),
  'snippets.get': fromKeys(oneSnippet).gives<Snippet>(),
  /** The main process has put that step on the clipboard. */
  'snippets.copy': fromKeys(v.strictObject({ kind: snippetKind, step: wholeNumber(0, 16) })).gives<null>(),
  'snippets.test': fromKeys(oneSnippet).gives<SelfTest>(),
  'notices.dismiss': fromKeys(v.strictObject({ id: uuid })).gives<null>(),
  'app.quit': fromKeys(nothing).gives<null>(),
};

export const programEvents = {
  'doors.changed': typed<readonly DoorView[]>(),
  'settings.changed': typed<Settings>(),
  'lock.changed': typed<LockView>(),
  'prompts.changed': typed<readonly PromptSummary[]>(),
  'notices.changed': typed<readonly NoticeView[]>(),
  'view.show': typed<Destination>(),
};
