// Everything a window may ask of the main process: what the input must be, and which window may ask.
// Imported for its values by the main process only; windows take the types from contract.ts.
import * as v from 'valibot';
import { bounds } from './bounds.ts';
import { settingsChangeSchema } from './settings.ts';

const nothing = v.strictObject({});
const keyId = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const keyIds = v.strictObject({ ids: v.pipe(v.array(keyId), v.minLength(1), v.maxLength(bounds.keys)) });
const oneKey = v.strictObject({ id: keyId });
const uuid = v.pipe(v.string(), v.uuid());
const text = (maxCharacters: number) => v.pipe(v.string(), v.maxLength(maxCharacters));
/** One line: no control characters, so that it can't forge a second one in a file. */
const comment = v.pipe(text(bounds.commentCharacters), v.regex(/^\P{Cc}*$/u));
const bytes = (maxBytes: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((array) => array.length <= maxBytes),
  );
/** UTF-8; empty means no passphrase. The handler wipes it. */
const passphrase = bytes(bounds.passphraseBytes);
const lifetimeSeconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(bounds.lifetimeSeconds));
const fileFormat = v.picklist(['openssh', 'ppk']);
const doorName = v.pipe(text(64), v.regex(/^[a-z0-9-]+$/));
const snippetKind = v.picklist(['openssh', 'git', 'wsl', 'putty']);

const dialogSource = v.strictObject({ kind: v.literal('dialog') });
const fileSource = v.strictObject({
  kind: v.literal('file'),
  name: text(bounds.fileNameCharacters),
  bytes: bytes(bounds.keyFileBytes),
});
const heldSource = v.strictObject({ kind: v.literal('held'), id: keyId });

const keepUnlocked = v.picklist(['once', '15-minutes', 'until-locked']);
const remember = v.picklist(['no', '5-minutes', '1-hour', 'until-locked']);

/** Of the view that is answered. */
const revision = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));

const askLevel = v.picklist(['never', 'forwarded', 'always']);
const condition = text(bounds.conditionCharacters);
/** Bounded here; whether it makes sense is the core's to say, for the window as for the command line. */
const newRule = v.strictObject({
  action: v.picklist(['allow', 'ask', 'deny']),
  key: v.exactOptional(condition),
  program: v.exactOptional(condition),
  destination: v.exactOptional(condition),
  purpose: v.exactOptional(v.picklist(['login', 'sshsig', 'unknown'])),
  user: v.exactOptional(condition),
  namespace: v.exactOptional(condition),
  origin: v.exactOptional(v.picklist(['local', 'forwarded', 'any'])),
});
const ruleId = text(bounds.idCharacters);

const fromKeys = ['keys'] as const;
const fromPrompt = ['prompt'] as const;

/** By name: the schema of the input, and the roles of the windows that may ask. */
export const requestSchemas = {
  'state.get': { input: nothing, roles: fromKeys },

  'keys.add': {
    input: v.strictObject({
      source: v.variant('kind', [dialogSource, fileSource]),
      keepEncrypted: v.boolean(),
      /** Both hold from the first moment. Left out: as for all keys, and until it is removed. */
      askLevel: v.exactOptional(askLevel),
      lifetimeSeconds: v.exactOptional(lifetimeSeconds),
    }),
    roles: fromKeys,
  },
  'keys.unlockAndAdd': {
    input: v.strictObject({
      pendingId: uuid,
      passphrase,
      /** Files added with it, which may have the same passphrase. */
      alsoTry: v.pipe(v.array(uuid), v.maxLength(bounds.pendingFiles)),
    }),
    roles: fromKeys,
  },
  'keys.forgetPending': { input: v.strictObject({ pendingId: uuid }), roles: fromKeys },
  'keys.remove': { input: keyIds, roles: fromKeys },
  'keys.reencrypt': { input: keyIds, roles: fromKeys },
  'keys.reencryptAll': { input: nothing, roles: fromKeys },
  'keys.setLifetime': {
    input: v.strictObject({ id: keyId, seconds: v.optional(lifetimeSeconds) }),
    roles: fromKeys,
  },
  'keys.move': {
    input: v.strictObject({
      id: keyId,
      toIndex: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(bounds.keys)),
    }),
    roles: fromKeys,
  },
  'keys.details': { input: oneKey, roles: fromKeys },
  'keys.copyPublicKey': {
    input: v.strictObject({ id: keyId, format: v.picklist(['authorized-keys', 'rfc4716']) }),
    roles: fromKeys,
  },
  'keys.generate': {
    input: v.strictObject({
      type: v.variant('kind', [
        v.strictObject({ kind: v.picklist(['ed25519', 'ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521']) }),
        v.strictObject({ kind: v.literal('rsa'), bits: v.picklist([2048, 3072, 4096, 8192]) }),
      ]),
      comment,
      passphrase,
      format: fileFormat,
      addToAgent: v.boolean(),
    }),
    roles: fromKeys,
  },

  'keyFile.open': {
    input: v.strictObject({ source: v.variant('kind', [dialogSource, fileSource, heldSource]) }),
    roles: fromKeys,
  },
  'keyFile.save': {
    input: v.strictObject({
      openedId: uuid,
      oldPassphrase: passphrase,
      newPassphrase: passphrase,
      format: fileFormat,
      comment,
      target: v.picklist(['original', 'choose']),
    }),
    roles: fromKeys,
  },
  'keyFile.close': { input: v.strictObject({ openedId: uuid }), roles: fromKeys },

  'activity.list': {
    input: v.strictObject({
      search: text(bounds.searchCharacters),
      limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(bounds.activityPage)),
    }),
    roles: fromKeys,
  },
  'activity.export': { input: nothing, roles: fromKeys },
  'approvals.list': { input: nothing, roles: fromKeys },
  'approvals.revoke': { input: v.strictObject({ id: text(bounds.idCharacters) }), roles: fromKeys },
  'approvals.revokeAll': { input: nothing, roles: fromKeys },

  'missed.list': { input: nothing, roles: fromKeys },
  'missed.allowNextTime': { input: v.strictObject({ id: uuid }), roles: fromKeys },
  'missed.dismiss': { input: v.strictObject({ id: uuid }), roles: fromKeys },

  'policy.get': { input: nothing, roles: fromKeys },
  'policy.addRule': {
    /** Before the rule with that id; left out: at the end. */
    input: v.strictObject({ rule: newRule, before: v.exactOptional(ruleId) }),
    roles: fromKeys,
  },
  'policy.moveRule': {
    input: v.strictObject({
      id: ruleId,
      toIndex: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(bounds.rules)),
    }),
    roles: fromKeys,
  },
  'policy.removeRule': { input: v.strictObject({ id: ruleId }), roles: fromKeys },
  /** Without a level: as for all keys. */
  'policy.setLevel': {
    input: v.strictObject({ id: keyId, level: v.exactOptional(askLevel) }),
    roles: fromKeys,
  },
  'policy.setDefaultLevel': { input: v.strictObject({ level: askLevel }), roles: fromKeys },
  'offers.list': { input: nothing, roles: fromKeys },

  'doors.retry': { input: v.strictObject({ name: doorName }), roles: fromKeys },
  'settings.set': { input: settingsChangeSchema, roles: fromKeys },
  'agent.lock': { input: nothing, roles: fromKeys },
  'agent.unlock': { input: nothing, roles: fromKeys },
  'snippets.get': { input: v.strictObject({ kind: snippetKind }), roles: fromKeys },
  'snippets.copy': {
    input: v.strictObject({
      kind: snippetKind,
      step: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(16)),
    }),
    roles: fromKeys,
  },
  'snippets.test': { input: v.strictObject({ kind: snippetKind }), roles: fromKeys },
  'notices.dismiss': { input: v.strictObject({ id: uuid }), roles: fromKeys },
  'app.quit': { input: nothing, roles: fromKeys },

  'prompt.get': { input: nothing, roles: fromPrompt },
  'prompt.answerPassphrase': {
    input: v.strictObject({
      id: uuid,
      attempt: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
      revision,
      passphrase,
      keep: keepUnlocked,
    }),
    roles: fromPrompt,
  },
  'prompt.answerConfirm': {
    input: v.strictObject({ id: uuid, revision, answer: v.picklist(['allow', 'deny']), remember }),
    roles: fromPrompt,
  },
  'prompt.cancel': { input: v.strictObject({ id: uuid }), roles: fromPrompt },
} as const;
