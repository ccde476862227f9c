// `keys.toml`: what the person says of their keys, in a file that they edit, and that we only ever add to.
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { assertTrustedPlace, whoElseMayWrite } from '../../ipc/posix/files/trusted-place.ts';
import type { HostsOfKeys, KeysForHosts } from '../agent/consent/offers/keys-for-hosts.ts';
import { changeInTurn } from './change-in-turn.ts';
import { explainReadError } from './explain-file-error.ts';
import { keysTomlEntry, readKeysToml } from './keys-toml.ts';
import { personDir } from './person-dir.ts';
import { writeThroughLink } from './write-file-atomically.ts';

const maxBytes = 256 * 1024;
const maxToldProblems = 5;

/** The file can't be added to; `message` is a sentence for the person. */
export class KeysTomlError extends Error {
  override readonly name = 'KeysTomlError';
}

export function keysTomlPath(env: NodeJS.ProcessEnv): string {
  return join(personDir(process.platform, env, homedir()), 'keys.toml');
}

/** Empty where there is none. Throws KeysTomlError, or the system's error. */
function readText(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return '';
  // A fifo in the file's place would be read for ever.
  if (!stats.isFile() || stats.size > maxBytes)
    throw new KeysTomlError(`${path} is no file, or over ${maxBytes / 1024} KiB.`);
  return readFileSync(path, 'utf8');
}

function stateOf(path: string): string {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`;
  } catch {
    return 'unreadable';
  }
}

/** SECURITY: who can write it decides which keys a host is shown. `log` takes one line, a sentence for the person. */
function load(path: string, log: (line: string) => void): HostsOfKeys {
  const reason = whoElseMayWrite(path);
  if (reason !== undefined) {
    log(`${path} is not used, as others could have written it. ${reason} Then look it through.`);
    return new Map();
  }
  try {
    const { hosts, problems } = readKeysToml(readText(path));
    const told = problems.slice(0, maxToldProblems).join('; ');
    if (told !== '')
      log(`Not all in ${path} is understood: ${told}. Correct the file; it is read again at once.`);
    return hosts;
  } catch (error: unknown) {
    log(
      error instanceof KeysTomlError
        ? `${error.message} It is not used.`
        : `${path} ${explainReadError(error).why}. All keys are offered as if it were not there.`,
    );
    return new Map();
  }
}

/** Looked at for each list of keys: a login that follows `sallyport add --for` is offered what that says. */
export function createKeysTomlFile(path: string, log: (line: string) => void): KeysForHosts {
  let state = '';
  let hosts: HostsOfKeys = new Map();
  return {
    get current() {
      const now = stateOf(path);
      if (now !== state) hosts = now === '' ? new Map() : load(path, log);
      state = now;
      return hosts;
    },
  };
}

/**
 * Adds hosts to a key (`SHA256:…`) by an entry at the end of the file, whose other lines stay byte for byte. Rejects with
 * KeysTomlError, UntrustedPlaceError or the system's error; the file is as it was then.
 */
export async function addHostsOfKey(
  path: string,
  key: string,
  name: string,
  hosts: readonly string[],
): Promise<void> {
  assertTrustedPlace(path);
  await changeInTurn(path, async () => {
    const text = readText(path);
    const { hosts: present, problems } = readKeysToml(text);
    const missing = hosts.filter((host) => !present.get(key)?.includes(host));
    if (missing.length === 0) return;
    const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    const changed = `${start}${start === '' ? '' : '\n'}${keysTomlEntry(key, name, missing)}`;
    const read = readKeysToml(changed).hosts.get(key) ?? [];
    if (!missing.every((host) => read.includes(host)))
      throw new KeysTomlError(
        `${path} can't be added to, so nothing was changed: ${problems[0] ?? 'it is not understood'}. Correct the file.`,
      );
    await writeThroughLink(path, changed);
  });
}
