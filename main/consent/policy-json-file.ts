// The person's rules in a file that they may also edit by hand.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { assertTrustedPlace, whoElseMayWrite } from '../../ipc/posix/trusted-place.ts';
import type { PolicyFile } from '../agent/consent/policy-store.ts';
import { writeFileAtomically } from '../settings/write-file-atomically.ts';

/** Far more than the largest policy takes; a larger file is none of ours. */
const maxBytes = 4 * 1024 * 1024;

/** What tells one state of the file from the next; empty when there is none. */
function stateOf(path: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error: unknown) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? '' : 'unreadable';
  }
}

function readJson(path: string): unknown {
  const stats = statSync(path);
  // A fifo in the file's place would be read for ever.
  if (!stats.isFile() || stats.size > maxBytes) return null;
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** `log` takes one line, a sentence for the person. */
export function createPolicyJsonFile(path: string, log: (line: string) => void): PolicyFile {
  let knownState = stateOf(path);
  let toldReason: string | undefined;
  /** SECURITY: who can write the rules allows themselves what they like; who can remove them takes back a "never". */
  const isTrusted = () => {
    const reason = whoElseMayWrite(path);
    if (reason !== undefined && reason !== toldReason)
      log(
        `The rules at ${path} are not used, as others could have written them: each use is asked about. ${reason} Then look them through.`,
      );
    toldReason = reason;
    return reason === undefined;
  };
  return {
    load() {
      knownState = stateOf(path);
      if (!isTrusted()) {
        // Looked at again until it is mended.
        knownState = 'untrusted';
        return null;
      }
      if (knownState === '') return undefined;
      try {
        return readJson(path);
      } catch {
        return null;
      }
    },
    async save(stored) {
      assertTrustedPlace(path);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      await writeFileAtomically(path, `${JSON.stringify(stored, null, 2)}\n`);
      knownState = stateOf(path);
    },
    hasChanged: () => stateOf(path) !== knownState,
  };
}
