// `security-keys@sallyport`: the libraries by which security keys are reached, and the keys that they keep.
import * as v from 'valibot';
import { SecurityKeyError, SecurityKeyPinError } from '../../keys/authenticator.ts';
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import type { SecurityKeyLibrary } from '../ports/host.ts';
import type { LoadedResidentKeys } from '../ports/resident-keys.ts';
import { RefusedError } from '../protocol/errors.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import type { ServedConnection } from '../requests/agent-state.ts';
import { loadResidentKeys } from '../requests/load-resident-keys.ts';
import { parseJson } from './parse-json.ts';

const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const requestSchema = v.variant('do', [
  v.strictObject({ do: v.literal('list') }),
  v.strictObject({ do: v.literal('add'), path }),
  v.strictObject({ do: v.literal('remove'), path }),
  /** The PIN, where there is one, is not in the JSON. */
  v.strictObject({ do: v.literal('load') }),
]);

export type SecurityKeysRequest = v.InferInput<typeof requestSchema>;

export type SecurityKeysReply =
  | {
      readonly ok: true;
      /** Left out where security keys are reached without libraries. */
      readonly libraries?: readonly SecurityKeyLibrary[];
      /** To `load`. */
      readonly resident?: LoadedResidentKeys;
    }
  /** Sentences for the person. `wantsPin`: the same may be asked for again with a PIN that the person types. */
  | { readonly ok: false; readonly reason: string; readonly remedy: string; readonly wantsPin?: true };

const needsNoLibrary = () =>
  new SecurityKeyError(
    'Security keys are reached by Windows’ own dialog here, and by no library.',
    'Nothing needs to be chosen.',
  );

async function act(
  request: SecurityKeysRequest,
  pin: Uint8Array | undefined,
  connection: ServedConnection,
): Promise<SecurityKeysReply> {
  const { securityKeyLibraries: chosen } = connection.state.ports.host;
  if (request.do === 'load') return { ok: true, resident: await loadResidentKeys(connection, pin) };
  if (chosen === undefined) {
    if (request.do === 'list') return { ok: true };
    throw needsNoLibrary();
  }
  if (request.do === 'add') await chosen.add(request.path);
  if (request.do === 'remove' && !(await chosen.remove(request.path)))
    throw new SecurityKeyError('This library is not on the list.', 'See “sallyport security-keys list”.');
  return { ok: true, libraries: await chosen.list() };
}

/** Contents: `string` JSON of a SecurityKeysRequest, `boolean` and `string` PIN. Reply: success, `string` JSON. */
export async function changeSecurityKeys(
  contents: WireReader,
  connection: ServedConnection,
): Promise<Uint8Array> {
  const request = v.safeParse(requestSchema, parseJson(contents.readText()));
  const hasPin = contents.readBoolean();
  const pin = contents.readString();
  try {
    if (!request.success) throw new RefusedError('not a request for security keys');
    const reply = await act(request.output, hasPin ? pin : undefined, connection).catch(
      (error: unknown): SecurityKeysReply => {
        if (!(error instanceof SecurityKeyError)) throw error;
        const { message: reason, remedy } = error;
        return { ok: false, reason, remedy, ...(error instanceof SecurityKeyPinError && { wantsPin: true }) };
      },
    );
    return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).text(JSON.stringify(reply)).finish();
  } finally {
    pin.fill(0);
  }
}
