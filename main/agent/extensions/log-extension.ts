// `log@sallyport`: the activity for `sallyport log`.
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { activityLine } from '../consent/activity/activity-entry.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import type { ServedConnection } from '../requests/agent-state.ts';

/** Leaves room in the largest message for its header. */
const maxPageBytes = 200_000;

/**
 * Contents: `string` what to search for, uint32 id of the entry to go on after (0: from the latest).
 * Reply: success, `string` JSON lines, the latest first; an empty one ends the list.
 */
export async function readLog(contents: WireReader, connection: ServedConnection): Promise<Uint8Array> {
  const search = contents.readText();
  const after = contents.readUint32();
  const { recorder } = connection.state.consent;
  // Who asked may still be looked up; the person is to see the use that they have just made.
  if (after === 0) await recorder.caughtUp();
  const { activity } = recorder;
  const entries = activity.list(search).filter(({ id }) => after === 0 || id < after);
  const lines: Uint8Array[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const line = Buffer.from(`${activityLine(entry)}\n`);
    bytes += line.length;
    if (bytes > maxPageBytes && lines.length > 0) break;
    lines.push(line);
  }
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).string(Buffer.concat(lines)).finish();
}
