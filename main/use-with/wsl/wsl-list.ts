// A list of keys by a distribution's own ssh-add, through the relay.
import { prologue } from './wsl-scripts.ts';
import { wslPaths } from './wsl-texts.ts';

/** Prints `code NUMBER` and `keys NUMBER`, or `stop WHY`. */
export const listScript = `${prologue}
command -v ssh-add >/dev/null 2>&1 || stop 'ssh-add is not installed there, so nothing can be listed.'
[ ! -x ${wslPaths.start} ] || ./${wslPaths.start}
listed=$(SSH_AUTH_SOCK="$HOME/${wslPaths.socket}" ssh-add -l </dev/null 2>/dev/null)
echo "code $?"
echo "keys $(printf '%s\\n' "$listed" | wc -l)"
`;

/** How many; no count where no agent has answered; a sentence where it couldn't be tried. */
export function readListed(output: string): { readonly count: number | undefined } | string {
  const lines = output.split(/\r?\n/);
  const after = (word: string) => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
  const stopped = after('stop');
  if (stopped !== undefined) return stopped;
  const code = after('code');
  // 1: it answered, and has no key; 2: it did not answer (ssh-add(1)).
  if (code === '1') return { count: 0 };
  const keys = Number(after('keys')?.trim());
  return { count: code === '0' && Number.isSafeInteger(keys) ? keys : undefined };
}
