// All that the key window shows, in one store. Slices come whole from the main process; no secret is ever in here.
import { create } from 'zustand';
import type {
  ActivityFilter,
  ActivityView,
  ApprovalView,
  MissedView,
} from '../../../ipc/contract/activity.ts';
import type { OpenedKeyFile } from '../../../ipc/contract/key-files.ts';
import type { AddedFile } from '../../../ipc/contract/keys.ts';
import type { OfferView, RuleAction, RuleConditionsView } from '../../../ipc/contract/policy.ts';
import type { KeysState, Section } from '../../../ipc/contract/program.ts';
import type { SnippetKind } from '../../../ipc/contract/use-with.ts';

/** Why a key file is opened. */
export type KeyFileTask = 'convert' | 'change-passphrase';

/** What a new rule begins with. */
export interface SuggestedRule {
  readonly action: RuleAction;
  readonly conditions: RuleConditionsView;
}

/** The one dialog that is open. */
export type Dialog =
  /** `files`: those that were dropped, unread. */
  | { readonly kind: 'add-with-options'; readonly files?: readonly File[] }
  | { readonly kind: 'paste' }
  | { readonly kind: 'add-results'; readonly files: readonly AddedFile[] }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  | { readonly kind: 'restrict'; readonly id: string }
  /** `typeValue`: the type that is chosen at first. */
  | { readonly kind: 'generate'; readonly typeValue?: string }
  | {
      readonly kind: 'key-file';
      readonly task: KeyFileTask;
      readonly file: OpenedKeyFile;
    }
  | { readonly kind: 'revoke-all' }
  | { readonly kind: 'add-rule'; readonly suggested?: SuggestedRule }
  /** Another rule takes the place of the one with that id, and begins with what it says. */
  | { readonly kind: 'edit-rule'; readonly id: string }
  | { readonly kind: 'remove-rule'; readonly id: string }
  | { readonly kind: 'glossary' }
  | { readonly kind: 'search' }
  | { readonly kind: 'quit' };

/** One line at the foot of the window; information goes by itself, a problem stays until dismissed. */
export interface Message {
  readonly id: number;
  readonly kind: 'information' | 'problem';
  readonly text: string;
  /** Takes back what was done. */
  readonly undo?: () => void;
}

export interface Selection {
  /** In no order; empty while nothing is selected. */
  readonly ids: readonly string[];
  /** Where the keyboard is in the list. */
  readonly leadId?: string;
  /** Where a range selected with Shift begins. */
  readonly anchorId?: string;
}

export interface WindowState {
  /** Undefined until the main process has answered the first time. */
  readonly main: KeysState | undefined;
  /** Why the first answer did not come. */
  readonly startProblem: string | undefined;
  /** By `performance.now()`, so that times left can be counted down. */
  readonly keysReceivedAtMs: number;
  readonly approvals: readonly ApprovalView[] | undefined;
  readonly approvalsReceivedAtMs: number;
  readonly missed: readonly MissedView[];
  readonly offers: readonly OfferView[];
  readonly activity: {
    readonly search: string;
    readonly limit: number;
    readonly only: ActivityFilter;
    readonly entries: readonly ActivityView[] | undefined;
  };
  readonly section: Section;
  readonly snippetKind: SnippetKind;
  readonly filter: string;
  readonly selection: Selection;
  /** In a narrow window the details take the place of the list. */
  readonly areDetailsOpen: boolean;
  readonly dialog: Dialog | undefined;
  readonly messages: readonly Message[];
}

export const useWindowStore = create<WindowState>(() => ({
  main: undefined,
  startProblem: undefined,
  keysReceivedAtMs: 0,
  approvals: undefined,
  approvalsReceivedAtMs: 0,
  missed: [],
  offers: [],
  activity: { search: '', limit: 100, only: {}, entries: undefined },
  section: 'keys',
  snippetKind: 'openssh',
  filter: '',
  selection: { ids: [] },
  areDetailsOpen: false,
  dialog: undefined,
  messages: [],
}));

export function openDialog(dialog: Dialog): void {
  useWindowStore.setState({ dialog });
}

export function closeDialog(): void {
  useWindowStore.setState({ dialog: undefined });
}

export function showSection(section: Section): void {
  useWindowStore.setState({ section, areDetailsOpen: false });
}
