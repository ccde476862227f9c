// `from-agent@sallyport` and `upstream@sallyport`: agents that offer our keys, and those whose keys we offer.
import * as v from 'valibot';
import { equalBytes, type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { UpstreamError, type Upstreams } from '../ports/host.ts';
import type { StoreSummary } from '../ports/key-store.ts';
import { RefusedError } from '../protocol/errors.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import type { ServedConnection } from '../requests/agent-state.ts';
import { parseJson } from './parse-json.ts';

/**
 * Contents: `string` the asking agent's id. Reply: success, `boolean` whether that is this agent itself. From now on the connection sees no keys of agents behind this one.
 * SECURITY: else two agents that have each other would ask one another for ever.
 */
export function noteAgent(contents: WireReader, connection: ServedConnection): Uint8Array {
  connection.noteAgent();
  const { agentId } = connection.state.ports.host;
  const isItself = agentId !== undefined && equalBytes(contents.readString(), agentId);
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).boolean(isItself).finish();
}

/** Leaves room in the largest message for its header. */
const maxReplyBytes = 250_000;

const address = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const changeSchema = v.variant('do', [
  v.strictObject({ do: v.literal('list') }),
  v.strictObject({ do: v.literal('add'), address }),
  v.strictObject({ do: v.literal('remove'), address }),
]);

export type UpstreamRequest = v.InferInput<typeof changeSchema>;

export type UpstreamReply =
  | { readonly ok: true; readonly upstreams: readonly StoreSummary[] }
  /** `message` is a sentence for the person. */
  | { readonly ok: false; readonly message: string };

async function change(upstreams: Upstreams, request: UpstreamRequest): Promise<void> {
  if (request.do === 'add') await upstreams.add(request.address);
  if (request.do === 'remove' && !(await upstreams.remove(request.address)))
    throw new UpstreamError('There is no other agent with this address here.');
}

async function answer(request: UpstreamRequest, { state }: ServedConnection): Promise<UpstreamReply> {
  const { stores, ports } = state;
  const { upstreams } = ports.host;
  if (upstreams === undefined) return { ok: false, message: 'This agent takes no other agents.' };
  try {
    await change(upstreams, request);
  } catch (error) {
    if (error instanceof UpstreamError) return { ok: false, message: error.message };
    throw error;
  }
  await stores.refresh();
  return { ok: true, upstreams: stores.list().filter(({ kind }) => kind === 'upstream') };
}

/** Contents: `string` JSON of an UpstreamRequest. Reply: success, `string` JSON of an UpstreamReply. */
export async function changeUpstreams(
  contents: WireReader,
  connection: ServedConnection,
): Promise<Uint8Array> {
  const request = v.safeParse(changeSchema, parseJson(contents.readText()));
  if (!request.success) throw new RefusedError('not a request for other agents');
  const json = Buffer.from(JSON.stringify(await answer(request.output, connection)));
  if (json.length > maxReplyBytes) throw new RefusedError('the other agents do not fit into one message');
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).string(json).finish();
}
