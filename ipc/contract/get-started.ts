// "Get started": what was found, what the person has done of it, and how that is undone.
import * as v from 'valibot';
import { askLevelSchema } from '../../main/agent/consent/rules/ask-level.ts';
import { bounds } from './bounds.ts';
import { nothing, uuid } from './fields.ts';
import type { AddedFile } from './keys.ts';
import { fromKeys, typed } from './request.ts';
import { type StartRecord, startStep, startStepState } from './start-record.ts';
import type { SelfTest } from './use-with.ts';

export type { StartStep, StartStepState } from './start-record.ts';

/** What was done, as it is kept. */
export type GetStartedView = Omit<StartRecord, 'wasShown'>;

/** Who has or names a key file. */
export interface FileOrigin {
  readonly source: 'ssh-folder' | 'putty' | 'winscp' | 'pageant' | 'filezilla';
  /** What the program calls the place where it names the file: a session, a site. Text of others. */
  readonly name?: string;
}

/** A key file that some program has, or names. */
export interface FoundFileView {
  readonly id: string;
  /** Text of others, as all below but what is chosen from a list. */
  readonly path: string;
  readonly origins: readonly FileOrigin[];
  /** Left out where `problem` says why it can't be used, as the rest of a sentence about it. */
  readonly facts?: {
    readonly comment: string;
    readonly isEncrypted: boolean;
    /** Left out where the file hides its public half, so that its passphrase is needed to add it. */
    readonly keyKind?: string;
    readonly fingerprint?: string;
    readonly hasCertificate: boolean;
    readonly warnings: readonly string[];
  };
  readonly problem?: string;
}

export interface FoundAgentView {
  readonly id: string;
  readonly title: string;
  readonly address: string;
}

export interface FoundKeysView {
  readonly files: readonly FoundFileView[];
  /** Those that are not used yet. */
  readonly agents: readonly FoundAgentView[];
  /** Left out where the system has none. */
  readonly certificates?: { readonly count: number; readonly areOffered: boolean };
  /** Sentences for the person about what could not be looked at. */
  readonly notes: readonly string[];
}

const ids = v.pipe(v.array(uuid), v.maxLength(bounds.pendingFiles));

export const getStartedRequests = {
  'getStarted.get': fromKeys(nothing).gives<GetStartedView>(),
  /** Looks anew; what was found before can't be added any more. */
  'getStarted.find': fromKeys(nothing).gives<FoundKeysView>(),
  /** SECURITY: of what was found; a page names no file and no agent here. */
  'getStarted.addKeys': fromKeys(
    v.strictObject({ files: ids, agents: ids, certificates: v.boolean() }),
  ).gives<{ readonly files: readonly AddedFile[]; readonly problems: readonly string[] }>(),
  'getStarted.undoKeys': fromKeys(nothing).gives<null>(),
  'getStarted.setLevel': fromKeys(v.strictObject({ level: askLevelSchema })).gives<null>(),
  'getStarted.undoLevel': fromKeys(nothing).gives<null>(),
  'getStarted.setSignIn': fromKeys(
    v.strictObject({ startAtLogin: v.boolean(), restoreKeys: v.boolean() }),
  ).gives<null>(),
  'getStarted.undoSignIn': fromKeys(nothing).gives<null>(),
  'getStarted.setStep': fromKeys(v.strictObject({ step: startStep, state: startStepState })).gives<null>(),
  /** Takes as long as the person needs to answer what is asked. */
  'getStarted.test': fromKeys(
    v.strictObject({ step: v.picklist(['keys', 'ask', 'sign-in']) }),
  ).gives<SelfTest>(),
};

export const getStartedEvents = { 'getStarted.changed': typed<GetStartedView>() };
