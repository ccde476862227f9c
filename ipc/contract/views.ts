// What the main process shows the windows: plain data, without secrets, cut to a bearable length.
import type { Settings } from './settings.ts';

/** How far a fact can be believed (see SECURITY.md): proved, seen by us, only said, or not known. */
export type Trust = 'verified' | 'observed' | 'claimed' | 'unknown';

export interface Fact {
  /** One line for the person. May hold a stranger's words: isolate it, and never take it for markup. */
  readonly text: string;
  readonly trust: Trust;
  /** More of the same, for example the full path of the program. */
  readonly detail?: string;
}

export interface KeyView {
  /** Hex SHA-256 of the listed blob. */
  readonly id: string;
  /** For example `ssh-ed25519`. */
  readonly algorithm: string;
  /** For the person, for example `Ed25519` or `RSA 3072`. */
  readonly kind: string;
  readonly bits: number;
  readonly comment: string;
  /** `SHA256:…` of the plain key, also for a certificate. */
  readonly fingerprint: string;
  /** `MD5:…` of the same. */
  readonly md5Fingerprint: string;
  /** Only the encrypted file is held; both are; only the decrypted key is. */
  readonly state: 'encrypted' | 'unlocked' | 'clear';
  readonly confirm: boolean;
  /** A client asked for the confirmation, so that the window can't switch it off. */
  readonly confirmIsConstraint: boolean;
  /** Rest of the lifetime when this was sent. */
  readonly secondsLeft?: number;
  /** Rest of the lifetime that a client set, so that the window can only shorten it. */
  readonly programSecondsLeft?: number;
  /** The client limited the key to some destinations (`ssh-add -h`). */
  readonly restricted: boolean;
  readonly isCertificate: boolean;
  /** Comes back at the next start. */
  readonly isRestorable: boolean;
}

export interface CertificateView {
  readonly type: 'user' | 'host';
  readonly serial: string;
  readonly keyId: string;
  readonly principals: readonly string[];
  /** ISO 8601; left out where there is no limit. */
  readonly validAfter?: string;
  readonly validBefore?: string;
  readonly isValidNow: boolean;
  readonly criticalOptions: readonly string[];
  readonly extensions: readonly string[];
  /** `SHA256:…` of the key that signed the certificate. */
  readonly signedBy: string;
}

/** Where a client lets a key go (`ssh-add -h`), by the names that the client gave. */
export interface DestinationsView {
  readonly steps: readonly {
    /** Left out: from this computer. */
    readonly from?: string;
    readonly to: string;
    /** May hold `*` and `?`; left out: any. */
    readonly user?: string;
  }[];
  /** How many there are beyond these. */
  readonly more: number;
}

export interface KeyDetails extends KeyView {
  /** Present while the key is restricted. */
  readonly destinations?: DestinationsView;
  /** As in `authorized_keys` and `.pub` files. */
  readonly publicKeyLine: string;
  readonly certificate?: CertificateView;
}

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

/** One line of the queue of prompts, the open one first. */
export interface PromptSummary {
  readonly id: string;
  readonly kind: 'passphrase' | 'confirm';
  readonly keyComment: string;
  readonly fingerprint: string;
}

/** Something that the person must be told outside of any prompt. */
export interface NoticeView {
  readonly id: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
}

/** When a key's use is asked about where no rule says otherwise. `unreadable`: not understood, so always. */
export type AskLevelView = 'never' | 'forwarded' | 'always' | 'unreadable';

/** What must hold for a rule to be about a request; left out: any. */
export interface RuleConditionsView {
  /** `SHA256:…` of the plain key. */
  readonly key?: string;
  readonly program?: string;
  /** `SHA256:…` of the host key, or a name with `*` and `?`. */
  readonly destination?: string;
  readonly purpose?: 'login' | 'sshsig' | 'unknown';
  readonly user?: string;
  readonly namespace?: string;
  readonly origin?: 'local' | 'forwarded' | 'any';
}

/** Conditions as they are stored; display text may be cut. */
export interface RuleView extends RuleConditionsView {
  readonly id: string;
  /** `unreadable`: stored, but not understood. */
  readonly action: 'allow' | 'ask' | 'deny' | 'unreadable';
  /** Why it is not understood, as the rest of a sentence. */
  readonly problem?: string;
  /** The number of a rule before it that decides all that this one is about. */
  readonly coveredBy?: number;
}

export interface PolicyView {
  /** For keys without a level of their own. */
  readonly defaultLevel: AskLevelView;
  /** By `SHA256:…` of the plain key. */
  readonly levels: Readonly<Record<string, AskLevelView>>;
  /** The first that matches decides. */
  readonly rules: readonly RuleView[];
}

export interface OfferedKeyView {
  readonly fingerprint: string;
  /** Left out when the agent does not hold the key any more. */
  readonly comment?: string;
}

/** A list of keys whose order was not the person's own. */
export interface OfferView {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly host: Fact;
  /** Those that the host took before, the latest first. */
  readonly usedBefore: readonly OfferedKeyView[];
  /** How many keys followed them. */
  readonly others: number;
  /** Those that were kept back by the limit. */
  readonly keptBack: readonly OfferedKeyView[];
  /** How many more of them there are. */
  readonly moreKeptBack: number;
  /** Those that the rules deny to the host. */
  readonly denied: readonly OfferedKeyView[];
  readonly moreDenied: number;
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

/** One key file after an attempt to add it. */
export interface AddedFile {
  /** The file's name without folders, or "pasted text". */
  readonly name: string;
  readonly outcome: AddOutcome;
  /** Sentences about companions that can't be used. */
  readonly warnings: readonly string[];
}

export type AddOutcome =
  | { readonly kind: 'added'; readonly id: string; readonly keptEncrypted: boolean }
  /** Go on with `keys.unlockAndAdd`, or give up with `keys.forgetPending`. */
  | {
      readonly kind: 'needs-passphrase';
      readonly pendingId: string;
      readonly comment: string;
      /** Left out where the format hides the public half. */
      readonly fingerprint?: string;
      /** Why a passphrase is needed, as a sentence. */
      readonly why: string;
      /** Present when the key derivation costs unusually much: a phrase that says how much. */
      readonly cost?: string;
    }
  | { readonly kind: 'failed'; readonly message: string };

type AddedKey = Extract<AddOutcome, { kind: 'added' }>;

export type UnlockOutcome =
  /** `alsoAdded`: those of the others that had the same passphrase. */
  | (AddedKey & { readonly alsoAdded: readonly (AddedKey & { readonly pendingId: string })[] })
  | { readonly kind: 'wrong-passphrase'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

/** A private key file opened to be converted, or to get another passphrase or comment. */
export interface OpenedKeyFile {
  readonly openedId: string;
  readonly name: string;
  readonly format: 'ppk' | 'openssh' | 'pkcs8' | 'pkcs1' | 'sec1' | 'dsa';
  readonly comment: string;
  readonly isEncrypted: boolean;
  /** Left out where the format hides the public half. */
  readonly kind?: string;
  readonly fingerprint?: string;
  /** Present when the key derivation costs unusually much: a phrase that says how much. */
  readonly cost?: string;
  /** There is a file that `target: 'original'` can write to. */
  readonly hasOriginal: boolean;
}

export type OpenOutcome =
  | { readonly kind: 'opened'; readonly file: OpenedKeyFile }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

export type SaveOutcome =
  | {
      readonly kind: 'saved';
      readonly path: string;
      readonly publicKeyLine: string;
      readonly fingerprint: string;
      /** Why the public key could not be saved beside it, as sentences. */
      readonly noPublicFile?: string;
      /** Why the agent does not hold the key although that was asked for. */
      readonly notAdded?: string;
    }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'wrong-passphrase'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

export type ExportOutcome =
  | { readonly kind: 'saved'; readonly path: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

/** What a request was about, whether it was answered or missed. */
export interface RequestView {
  readonly id: string;
  /** ISO 8601. Where several are counted: of the first in the activity, of the latest in the inbox. */
  readonly time: string;
  readonly who: Fact;
  readonly whatFor: Fact;
  readonly whereTo: Fact;
  readonly isForwarded: boolean;
  readonly keyComment: string;
  readonly fingerprint: string;
  /** `missed`: nobody answered in time; `suppressed`: too soon after a "no", or too many at once. */
  readonly answer: 'allowed' | 'denied' | 'missed' | 'suppressed' | 'failed';
  /** How many requests of this kind in a row got this answer, at least 1. */
  readonly count: number;
}

/** One answered request. */
export interface ActivityView extends RequestView {
  /** Why, as a sentence. */
  readonly reason: string;
  /** This program or destination never used this key before. */
  readonly isFirstUse: boolean;
  /** What a rule about requests like this one would say; left out when not all of it was kept. */
  readonly conditions?: RuleConditionsView;
}

/** A request that was not allowed and waits in the inbox, where the next one like it can be allowed. */
export interface MissedView extends RequestView {
  readonly answer: 'denied' | 'missed' | 'suppressed';
  /** False: too little is proved of it for the next one to be told from another's; that can only be asked about. */
  readonly mayAllowNextTime: boolean;
}

/** A remembered "allow". */
export interface ApprovalView {
  readonly id: string;
  readonly keyComment: string;
  readonly fingerprint: string;
  readonly program: string;
  /** The destination or the purpose. */
  readonly covers: string;
  readonly isForwarded: boolean;
  /** Left out: until the agent is locked. */
  readonly secondsLeft?: number;
  /** "Allow next time": ends with the first request that it answers. */
  readonly isForOneUse: boolean;
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
