// `tokens@sallyport`: the libraries for tokens that the person has chosen.
import * as v from 'valibot';
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { type TokenLibraries, TokenLibraryError, type TokenLibraryReport } from '../ports/host.ts';
import { RefusedError } from '../protocol/errors.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import type { ServedConnection } from '../requests/agent-state.ts';
import { parseJson } from './parse-json.ts';

/** Leaves room in the largest message for its header. */
const maxReplyBytes = 250_000;

const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const changeSchema = v.variant('do', [
  v.strictObject({ do: v.literal('list') }),
  v.strictObject({ do: v.literal('add'), path }),
  v.strictObject({ do: v.literal('remove'), path }),
]);

export type TokensRequest = v.InferInput<typeof changeSchema>;

export type TokensReply =
  | { readonly ok: true; readonly libraries: readonly TokenLibraryReport[] }
  /** `message` is a sentence for the person. */
  | { readonly ok: false; readonly message: string };

async function change(tokens: TokenLibraries, request: TokensRequest): Promise<void> {
  if (request.do === 'add') await tokens.add(request.path);
  if (request.do === 'remove' && !(await tokens.remove(request.path)))
    throw new TokenLibraryError('This library is not among those for tokens.');
}

async function answer(request: TokensRequest, { state }: ServedConnection): Promise<TokensReply> {
  const { stores, ports } = state;
  const { tokens } = ports.host;
  if (tokens === undefined) return { ok: false, message: 'This agent takes no tokens.' };
  try {
    await change(tokens, request);
  } catch (error) {
    if (error instanceof TokenLibraryError) return { ok: false, message: error.message };
    throw error;
  }
  await stores.refresh();
  return { ok: true, libraries: tokens.list() };
}

/** Contents: `string` JSON of a TokensRequest. Reply: success, `string` JSON of a TokensReply. */
export async function changeTokens(contents: WireReader, connection: ServedConnection): Promise<Uint8Array> {
  const request = v.safeParse(changeSchema, parseJson(contents.readText()));
  if (!request.success) throw new RefusedError('not a request for tokens');
  const json = Buffer.from(JSON.stringify(await answer(request.output, connection)));
  if (json.length > maxReplyBytes) throw new RefusedError('the tokens do not fit into one message');
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).string(json).finish();
}
