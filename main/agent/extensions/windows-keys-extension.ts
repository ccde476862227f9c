// `windows-keys@sallyport`: the keys that Windows keeps, seen and steered by the person's own programs.
import * as v from 'valibot';
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import {
  isWindowsKeyName,
  newWindowsKeyHomes,
  newWindowsKeyKinds,
  type WindowsKeyList,
  type WindowsKeys,
  WindowsKeysError,
} from '../ports/windows-keys.ts';
import { RefusedError } from '../protocol/errors.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import type { ServedConnection } from '../requests/agent-state.ts';
import { parseJson } from './parse-json.ts';

/** Leaves room in the largest message for its header. */
const maxReplyBytes = 250_000;

const fingerprint = v.pipe(v.string(), v.regex(/^SHA256:[\w+/]{43}$/));
const requestSchema = v.variant('do', [
  v.strictObject({ do: v.literal('list') }),
  v.strictObject({
    do: v.literal('make'),
    home: v.picklist(newWindowsKeyHomes),
    kind: v.picklist(newWindowsKeyKinds),
    name: v.pipe(v.string(), v.check(isWindowsKeyName)),
  }),
  v.strictObject({ do: v.literal('delete'), fingerprint }),
  v.strictObject({
    do: v.literal('offer'),
    which: v.union([v.literal('certificates'), v.strictObject({ fingerprint })]),
    isOffered: v.boolean(),
  }),
]);

export type WindowsKeysRequest = v.InferInput<typeof requestSchema>;

export type WindowsKeysReply =
  /** `made`: its fingerprint. */
  | { readonly ok: true; readonly list: WindowsKeyList; readonly made?: string }
  /** `message` is a sentence or two for the person. */
  | { readonly ok: false; readonly message: string };

async function change(windowsKeys: WindowsKeys, request: WindowsKeysRequest): Promise<string | undefined> {
  switch (request.do) {
    case 'list':
      return undefined;
    case 'make':
      return await windowsKeys.make(request);
    case 'delete':
      if (await windowsKeys.delete(request.fingerprint)) return undefined;
      throw new WindowsKeysError('No key that was made here has this fingerprint.');
    case 'offer':
      await windowsKeys.offer(request.which, request.isOffered);
      return undefined;
  }
}

async function answer(request: WindowsKeysRequest, { state }: ServedConnection): Promise<WindowsKeysReply> {
  const { windowsKeys } = state.ports.host;
  if (windowsKeys === undefined) return { ok: false, message: 'Only Windows keeps keys of its own.' };
  try {
    const made = await change(windowsKeys, request);
    return { ok: true, list: await windowsKeys.list(), ...(made !== undefined && { made }) };
  } catch (error) {
    if (error instanceof WindowsKeysError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Contents: `string` JSON of a WindowsKeysRequest. Reply: success, `string` JSON of a WindowsKeysReply. */
export async function changeWindowsKeys(
  contents: WireReader,
  connection: ServedConnection,
): Promise<Uint8Array> {
  const request = v.safeParse(requestSchema, parseJson(contents.readText()));
  if (!request.success) throw new RefusedError("not a request for Windows' keys");
  const json = Buffer.from(JSON.stringify(await answer(request.output, connection)));
  if (json.length > maxReplyBytes) throw new RefusedError("Windows' keys do not fit into one message");
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).string(json).finish();
}
