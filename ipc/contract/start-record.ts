// How far the person is with "Get started", and what it changed: as it is kept, and as the page has it.
import * as v from 'valibot';
import { askLevelSchema } from '../../main/agent/consent/rules/ask-level.ts';

export const startStep = v.picklist(['keys', 'ask', 'programs', 'sign-in']);
export type StartStep = v.InferOutput<typeof startStep>;

export const startStepState = v.picklist(['to-do', 'done', 'left-out']);
export type StartStepState = v.InferOutput<typeof startStepState>;

/** Older changes are forgotten. */
export const maxStartChanges = 1000;

export const startRecordSchema = v.strictObject({
  /** The page opened by itself. */
  wasShown: v.boolean(),
  steps: v.strictObject({
    keys: startStepState,
    ask: startStepState,
    programs: startStepState,
    'sign-in': startStepState,
  }),
  /** The keys that were added, by the hex SHA-256 of their listed blobs. */
  addedKeys: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))), v.maxLength(maxStartChanges)),
  /** Addresses of other agents that were added. */
  addedAgents: v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096))), v.maxLength(maxStartChanges)),
  /** The certificates of the system were offered. */
  addedCertificates: v.boolean(),
  /** What was before; left out where nothing was changed. */
  levelBefore: v.exactOptional(askLevelSchema),
  signInBefore: v.exactOptional(v.strictObject({ startAtLogin: v.boolean(), restoreKeys: v.boolean() })),
});

export type StartRecord = Readonly<v.InferOutput<typeof startRecordSchema>>;
