// `rules@sallyport`: the person's rules and remembered answers for `sallyport rules`.
import * as v from 'valibot';
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { cut, cutRequester } from '../consent/activity/activity-entry.ts';
import type { ApprovalSummary, Approvals } from '../consent/approvals.ts';
import { setKeyLevel } from '../consent/key-level.ts';
import { askLevelSchema } from '../consent/rules/ask-level.ts';
import { type StoredPolicy, storePolicy } from '../consent/rules/policy-format.ts';
import { NoSuchRuleError, PolicyError } from '../consent/rules/policy-store.ts';
import { fingerprintSchema } from '../consent/rules/rule-schema.ts';
import { RefusedError } from '../protocol/errors.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import type { AgentState, ServedConnection } from '../requests/agent-state.ts';
import { parseJson } from './parse-json.ts';

/** Leaves room in the largest message for its header. */
const maxRulesBytes = 250_000;

const changeSchema = v.variant('do', [
  v.strictObject({ do: v.literal('list') }),
  v.strictObject({
    do: v.literal('add'),
    rule: v.unknown(),
    /** The rule that it is to stand before; left out: at the end. */
    before: v.exactOptional(v.string()),
  }),
  /** Before that rule; left out: to the end. */
  v.strictObject({ do: v.literal('move'), id: v.string(), before: v.exactOptional(v.string()) }),
  v.strictObject({ do: v.literal('remove'), id: v.string() }),
  /** The remembered answer with that id; left out: all. */
  v.strictObject({ do: v.literal('forget'), id: v.exactOptional(v.string()) }),
  /** For all keys that have none of their own. */
  v.strictObject({ do: v.literal('set-level'), level: askLevelSchema }),
  /** Without level: as for all keys. */
  v.strictObject({
    do: v.literal('set-level'),
    key: fingerprintSchema,
    level: v.exactOptional(askLevelSchema),
  }),
]);

export type RulesRequest = v.InferInput<typeof changeSchema>;

export type RulesReply =
  | {
      readonly ok: true;
      readonly policy: StoredPolicy;
      readonly addedId?: string;
      /** Where a list was asked for: what is remembered, the latest first, and how many more there are. */
      readonly remembered?: readonly ApprovalSummary[];
      readonly rememberedBesides?: number;
      readonly forgotten?: number;
    }
  /** `message` is a sentence for the person. */
  | { readonly ok: false; readonly message: string };

type Done = Omit<Extract<RulesReply, { ok: true }>, 'ok' | 'policy'>;

/** The latest first, as many as fit beside the rules. */
function listRemembered(approvals: Approvals, policy: StoredPolicy): Done {
  const all = approvals.list().toReversed();
  let bytesLeft = maxRulesBytes - 1000 - Buffer.byteLength(JSON.stringify(policy));
  const remembered: ApprovalSummary[] = [];
  for (const { key, requester, ...rest } of all) {
    const shown = {
      ...rest,
      key: { ...key, comment: cut(key.comment) },
      requester: cutRequester(requester),
    };
    bytesLeft -= Buffer.byteLength(JSON.stringify(shown)) + 1;
    if (bytesLeft < 0) break;
    remembered.push(shown);
  }
  return { remembered, rememberedBesides: all.length - remembered.length };
}

function forget(approvals: Approvals, id: string | undefined): Done {
  const forgotten = id === undefined ? approvals.list().length : Number(approvals.revoke(id));
  if (id === undefined) approvals.clear();
  return { forgotten };
}

async function change(
  { keyRing, consent: { policies, approvals } }: AgentState,
  request: RulesRequest,
): Promise<Done> {
  switch (request.do) {
    case 'list':
      return listRemembered(approvals, storePolicy(policies.policy));
    case 'forget':
      return forget(approvals, request.id);
    case 'add': {
      const rule = await policies.addRule(request.rule, request.before);
      return { addedId: rule.id };
    }
    case 'move':
      if (!(await policies.moveRuleBefore(request.id, request.before))) throw new NoSuchRuleError(request.id);
      return {};
    case 'remove':
      if (!(await policies.removeRule(request.id))) throw new NoSuchRuleError(request.id);
      return {};
    case 'set-level':
      if ('key' in request) await setKeyLevel(policies, keyRing, request.key, request.level);
      else await policies.setDefaultLevel(request.level);
      return {};
  }
}

async function answer(state: AgentState, request: RulesRequest): Promise<RulesReply> {
  try {
    const done = await change(state, request);
    return { ok: true, policy: storePolicy(state.consent.policies.policy), ...done };
  } catch (error) {
    if (error instanceof PolicyError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Contents: `string` JSON of a RulesRequest. Reply: success, `string` JSON of a RulesReply. */
export async function changeRules(contents: WireReader, connection: ServedConnection): Promise<Uint8Array> {
  const request = v.safeParse(changeSchema, parseJson(contents.readText()));
  if (!request.success) throw new RefusedError('not a request for rules');
  const reply = await answer(connection.state, request.output);
  const json = Buffer.from(JSON.stringify(reply));
  if (json.length > maxRulesBytes) throw new RefusedError('the rules do not fit into one message');
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).string(json).finish();
}
