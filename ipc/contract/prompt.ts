// A question to the person, and the answer. All text is display text: nothing is decided by it.
import * as v from 'valibot';
import type { Fact } from './facts.ts';
import { nothing, passphrase, uuid, wholeNumber } from './fields.ts';
import { fromPrompt, typed } from './request.ts';
import { type KeepChoice, keepChoice } from './settings.ts';

export interface PromptKeyView {
  /** The file's or the client's word ("claimed"). */
  readonly comment: string;
  /** `SHA256:…`, computed by us ("verified"). */
  readonly fingerprint: string;
  readonly algorithm: string;
}

/** One who asks, with the answers to who, what for and where to. */
export interface RequesterView {
  readonly who: Fact;
  readonly whatFor: Fact;
  readonly whereTo: Fact;
  /** Host keys on the way, first hop first; empty for a local request. */
  readonly path: readonly Fact[];
  readonly isForwarded: boolean;
  /** Nobody knows whether it is. */
  readonly isOriginInDoubt?: true;
  /** Door, process id, parents and the like. */
  readonly more: readonly Fact[];
  /** For example that the data to be signed is of an unknown kind. */
  readonly warning?: string;
}

interface AnyQuestion {
  readonly id: string;
  /** Rest of the time when this was sent; then the answer is a "no". */
  readonly remainingMs: number;
  readonly timeLimitMs: number;
  /** Questions that wait behind this one. */
  readonly waitingBehind: number;
  /** Whether the window has the keyboard now; changes come as `prompt.focusState`. */
  readonly isFocused: boolean;
  /** Grows when somebody joins those who wait; an answer names the one that it was given to. */
  readonly revision: number;
}

interface PromptCommon extends AnyQuestion {
  readonly key: PromptKeyView;
  /** All whose requests the answer decides, oldest first; never empty. Changes come as `prompt.changed`. */
  readonly requesters: readonly RequesterView[];
}

export interface PassphrasePromptView extends PromptCommon {
  readonly kind: 'passphrase';
  /** Where the key lives, whose PIN is asked for: somebody's words. Left out: the passphrase of the key. */
  readonly pinOf?: string;
  /** The PIN is that of a security key, and for this use alone. */
  readonly isForOneUse?: true;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Why the last attempt failed, as a sentence. */
  readonly problem?: string;
  /** True while a passphrase given for this attempt is being tried. */
  readonly isBusy: boolean;
  readonly keepDefault: KeepChoice;
  /** What the answer allows beside, as sentences; left out: nothing. */
  readonly alsoAllows?: string;
  /** Left out where nothing but the passphrase opens the key. */
  readonly hello?: HelloView;
}

/** Unlocking with Windows Hello, beside the passphrase. */
export interface HelloView {
  /** `use`: it opens the key. Else it does so from now on, when that is ticked: for the first time, or as it no longer does. */
  readonly offer: 'use' | 'set-up' | 'set-up-anew' | 'nothing';
  /** Windows' own dialog is open. */
  readonly isAsking: boolean;
}

/** The key was unlocked, and Windows asks for what the person has ticked. No question: closing it gives that up. */
export interface HelloSetUpView {
  readonly kind: 'hello-set-up';
  readonly id: string;
  readonly key: PromptKeyView;
  readonly isFocused: boolean;
  readonly revision: number;
  /** Why it did not come to be, as sentences; left out while Windows asks. */
  readonly problem?: string;
}

export interface ConfirmPromptView extends PromptCommon {
  readonly kind: 'confirm';
  readonly reason: /** `because` is a sentence: the rule or setting for which the person is asked. */
    | { readonly kind: 'use-key'; readonly because: string }
    /** Opening the key file costs unusually much; `cost` says how much. */
    | { readonly kind: 'expensive-decryption'; readonly cost: string };
  /** What a remembered "allow" would cover, as a sentence; left out when nothing may be remembered. */
  readonly rememberCovers?: string;
  /** For how long a plain "allow" is meant to be remembered; left out: not at all. */
  readonly usualRemember?: RememberChoice;
}

/** The agent is locked by the person or by itself, and requests wait for them to unlock it. It allows no use of a key. */
export interface UnlockAgentPromptView extends AnyQuestion {
  readonly kind: 'unlock-agent';
  /** It was unlocked here, and the window waits for what those who waited may have to ask. Takes no answer any more. */
  readonly isUnlocked?: true;
  /** Why it is locked, as a sentence. */
  readonly lockReason: string;
  /** Oldest first; never empty. Changes come as `prompt.changed`. */
  readonly waiting: readonly { readonly key: PromptKeyView; readonly requester: RequesterView }[];
  /** How many there are beyond these. */
  readonly more: number;
}

/** A window that asks, or that goes on after its key was unlocked. */
export type QuestionPromptView =
  | PassphrasePromptView
  | ConfirmPromptView
  | UnlockAgentPromptView
  | HelloSetUpView;

/** One signature that was allowed and waits for the person. */
export interface WaitView {
  /** To cancel it by. */
  readonly id: string;
  readonly key: PromptKeyView;
  readonly requester: RequesterView;
  /** `system-dialog`: an answer to a window of the system. */
  readonly waitsFor: 'touch' | 'system-dialog';
  /** Where the key lives, in somebody's words. Left out: its file is here. */
  readonly livesIn?: string;
}

/** A window that only tells. Closing it cancels all, like `prompt.cancelWaits`. */
export interface WaitingPromptView {
  readonly kind: 'waiting';
  /** The longest first; never empty. Changes come as `prompt.changed`. */
  readonly waits: readonly WaitView[];
  /** How many there are beyond these. */
  readonly more: number;
}

export type PromptView = QuestionPromptView | WaitingPromptView;

/**
 * What became of an answer. `too-early`: the window was not ready and focused for long enough; ask the person
 * again. `already-answered`: only the first answer counts.
 */
export type AnswerOutcome = 'accepted' | 'too-early' | 'already-answered';

/** One line of the queue of prompts, the open one first. */
export interface PromptSummary {
  readonly id: string;
  readonly kind: 'passphrase' | 'confirm' | 'unlock-agent';
  readonly keyComment: string;
  readonly fingerprint: string;
}

/** For how long an "allow" is to be remembered. */
const rememberChoice = v.picklist(['no', '5-minutes', '1-hour', 'until-locked']);
export type RememberChoice = v.InferOutput<typeof rememberChoice>;

/** Of the view that is answered. */
const revision = wholeNumber(0, 1_000_000);

export const promptRequests = {
  'prompt.get': fromPrompt(nothing).gives<PromptView>(),
  'prompt.answerPassphrase': fromPrompt(
    v.strictObject({
      id: uuid,
      attempt: wholeNumber(1, 1_000_000),
      revision,
      passphrase,
      keep: keepChoice,
      /** From now on Windows Hello opens the key, too. */
      setUpHello: v.exactOptional(v.boolean()),
    }),
  ).gives<AnswerOutcome>(),
  /** Has Windows' own dialog come up; `prompt.changed` tells what comes of it. */
  'prompt.useHello': fromPrompt(
    v.strictObject({ id: uuid, attempt: wholeNumber(1, 1_000_000), revision, keep: keepChoice }),
  ).gives<AnswerOutcome>(),
  'prompt.answerConfirm': fromPrompt(
    v.strictObject({
      id: uuid,
      revision,
      answer: v.picklist(['allow', 'deny']),
      remember: rememberChoice,
    }),
  ).gives<AnswerOutcome>(),
  'prompt.answerUnlockAgent': fromPrompt(
    v.strictObject({ id: uuid, revision, answer: v.picklist(['unlock', 'stay-locked']) }),
  ).gives<AnswerOutcome>(),
  /** A question, or one signature that waits. */
  'prompt.cancel': fromPrompt(v.strictObject({ id: uuid })).gives<AnswerOutcome>(),
  /** All signatures that wait, also those that are counted only. */
  'prompt.cancelWaits': fromPrompt(v.strictObject({})).gives<AnswerOutcome>(),
};

export const promptEvents = {
  /** Another attempt at the same key, another who asks, or a change of what is shown; replaces everything but what was typed. */
  'prompt.changed': typed<PromptView>(),
  'prompt.focusState': typed<{ readonly isFocused: boolean }>(),
};
