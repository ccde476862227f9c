// What a reply to a request may look like, whatever the agent decided.

import { limits } from '../../../../main/agent/limits/limits.ts';
import { WireReader } from '../../../../main/keys/encoding/wire.ts';

type Check = (reader: WireReader) => void;

const list: Check = (reader) => {
  for (let left = reader.readUint32(); left > 0; left--) {
    if (reader.readString().length === 0) throw new Error('an identity without a key');
    reader.readString();
  }
};
const counted =
  (entry: Check): Check =>
  (reader) => {
    for (let left = reader.readUint32(); left > 0; left--) entry(reader);
  };
const texts: Check = (reader) => {
  while (reader.remaining > 0) reader.readText();
};
const nothing: Check = () => {};

/** What stands behind SUCCESS, by extension. */
const extensionReplies = new Map<string, Check>([
  [
    'list-extended@putty.projects.tartarus.org',
    counted((reader) => [1, 2, 3].map(() => reader.readString())),
  ],
  [
    'list-keys@sallyport',
    counted((reader) => {
      reader.readString();
      reader.readString();
      for (let numbers = 3; numbers > 0; numbers--) reader.readUint32();
    }),
  ],
  ['reencrypt-all@putty.projects.tartarus.org', (reader) => reader.readUint32()],
  [
    'hello@sallyport',
    (reader) => {
      reader.readUint32();
      if (reader.remaining > 0) for (let strings = 2; strings > 0; strings--) reader.readString();
    },
  ],
  [
    'process@sallyport',
    (reader) => {
      reader.readBoolean();
      reader.readBoolean();
    },
  ],
]);

const failure = new Map([[5, nothing]]);
const done = new Map([...failure, [6, nothing]]);
const byNumber = new Map<number, ReadonlyMap<number, Check>>([
  [1, new Map([[2, (reader) => void (reader.readUint32() === 0 || fail('SSH-1 keys'))]])],
  [9, done],
  [11, new Map([...failure, [12, list]])],
  [13, new Map([...failure, [14, (reader) => texts(new WireReader(reader.readString()))]])],
  ...[17, 18, 19, 22, 23, 25].map((number) => [number, done] as const),
]);

function fail(message: string): never {
  throw new Error(message);
}

function checksOf(request: Uint8Array): ReadonlyMap<number, Check> {
  if (request[0] !== 27) return byNumber.get(request[0] ?? -1) ?? failure;
  const name = extensionName(request);
  const refused = [...failure, [28, nothing]] as const;
  if (name === 'query') return new Map([...refused, [29, texts]]);
  return new Map([...refused, [6, extensionReplies.get(name ?? '') ?? nothing]]);
}

function extensionName(request: Uint8Array): string | undefined {
  try {
    return new WireReader(request.subarray(1)).readText();
  } catch {
    return undefined;
  }
}

/** Throws unless `reply` is a whole, well-formed answer to `request` that fits the channel. */
export function checkReply(
  request: Uint8Array,
  reply: Uint8Array,
  maxBytes: number = limits.replyBytes,
): void {
  if (reply.length > Math.max(maxBytes, 1)) fail(`a reply of ${reply.length} bytes`);
  const reader = new WireReader(reply);
  const check = checksOf(request).get(reader.readByte());
  if (check === undefined) fail(`message ${request[0]} was answered with ${reply[0]}`);
  check(reader);
  reader.assertEnd();
}
