// The scripts that run in a distribution, on the standard input of its /bin/sh: dash, busybox and bash alike.
import { quoteForShell } from '../quote-for-shell.ts';
import { lookedAt, type WslFileChange, type WslLook, type WslPlan } from './wsl-plan.ts';
import { socatArguments, wslPaths } from './wsl-texts.ts';

/** Start-up files of people have a few kilobytes. */
const maxFileBytes = 512 * 1024;

export const prologue = `LC_ALL=C; export LC_ALL
[ -n "$HOME" ] || HOME=$(getent passwd "$(id -u)" | cut -d: -f6); export HOME
[ -n "$XDG_RUNTIME_DIR" ] || XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR
stop() { printf 'stop %s\\n' "$*"; exit 0; }
cd "$HOME" || stop 'There is no home directory there.'
encoded() { base64 <"$1" | tr -d '\\n'; }
`;

/** Prints one line a fact: `file PATH BASE64`, `has NAME`; at last `done`, or `stop WHY`. */
export const lookScript = `${prologue}
for path in ${lookedAt.map(quoteForShell).join(' ')}; do
    [ -e "$path" ] || [ -h "$path" ] || continue
    [ -f "$path" ] && [ -r "$path" ] && [ -w "$path" ] || stop "~/$path there is no file that you can read and write."
    [ "$(wc -c <"$path")" -le ${maxFileBytes} ] || stop "~/$path there is too large."
    echo "file $path $(encoded "$path")"
done
for name in socat zsh fish; do
    if command -v $name >/dev/null 2>&1; then echo "has $name"; fi
done
if systemctl --user show-environment >/dev/null 2>&1; then echo 'has systemd'; fi
echo 'done'
`;

/** What `lookScript` has printed; undefined for what that never prints. `problem` is a sentence of its own. */
export function readLook(output: string): WslLook | { readonly problem: string } | undefined {
  const lines = output.split(/\r?\n/).filter((line) => line !== '');
  const stopped = lines.find((line) => line.startsWith('stop '));
  if (stopped !== undefined) return { problem: stopped.slice('stop '.length) };
  if (lines.at(-1) !== 'done') return undefined;
  const files = new Map<string, string>();
  for (const line of lines) {
    const [word, path = '', base64 = ''] = line.split(' ');
    if (word === 'file' && lookedAt.includes(path))
      files.set(path, Buffer.from(base64, 'base64').toString('latin1'));
  }
  const has = (what: string) => lines.includes(`has ${what}`);
  return {
    files,
    hasSystemd: has('systemd'),
    hasSocat: has('socat'),
    hasZsh: has('zsh'),
    hasFish: has('fish'),
  };
}

const encodedText = (latin1: string) => Buffer.from(latin1, 'latin1').toString('base64');

function checkLine({ path, before }: WslFileChange): string {
  const name = quoteForShell(path);
  const otherwise = `stop "~/${path} was changed meanwhile. Nothing was done: look again."`;
  return before === undefined
    ? `{ [ ! -e ${name} ] && [ ! -h ${name} ]; } || ${otherwise}`
    : `[ "$(encoded ${name})" = '${encodedText(before)}' ] || ${otherwise}`;
}

/** Beside its place and with the rights of the old file. What was planted there under that name is written to by nobody. */
function writeLines({ path, before, after, isProgram }: WslFileChange, index: number): readonly string[] {
  if (after === undefined) return [];
  const name = quoteForShell(path);
  const folder = path.includes('/') ? quoteForShell(path.slice(0, path.lastIndexOf('/'))) : '.';
  const [target, made] = [`"$target${index}"`, `"$target${index}.sallyport-new"`];
  const fill = `printf %s '${encodedText(after)}' | base64 -d >${made} || fail`;
  return [
    `mkdir -p ${folder} || fail`,
    // A link keeps leading to its file, as to those of a person who keeps them in Git.
    before === undefined ? `target${index}=${name}` : `target${index}=$(readlink -f ${name}) || fail`,
    `rm -f ${made} || fail`,
    ...(before === undefined
      ? [fill, `chmod ${isProgram ? 700 : 644} ${made} || fail`]
      : [`cp -p ${target} ${made} || fail`, fill]),
    `[ "$(encoded ${made})" = '${encodedText(after)}' ] || fail`,
  ];
}

function moveLine({ path, after }: WslFileChange, index: number): string {
  return after === undefined
    ? `rm -f ${quoteForShell(path)} || stop '~/${path} could not be removed.'`
    : `mv -f "$target${index}.sallyport-new" "$target${index}" || stop '~/${path} could not be written.'`;
}

const unit = 'sallyport.socket';
const endUnit = `systemctl --user disable --now ${unit} >/dev/null 2>&1`;
/**
 * Ends the socat that our script has started, and those of it that carry a connection. SECURITY: none that was told anything else;
 * of other users the system lets it end none.
 */
const endSocat = `ours="socat
${socatArguments.join('\n')}"
for each in /proc/[0-9]*; do
    said=$( (tr '\\0' '\\n' <"$each/cmdline") 2>/dev/null)
    [ "$said" = "$ours" ] && kill "\${each#/proc/}" 2>/dev/null
done`;
const before: Record<'remove' | 'systemd' | 'socat', string> = {
  remove: `${endUnit}\n${endSocat}`,
  systemd: endSocat,
  socat: endUnit,
};
const after: Record<'remove' | 'systemd' | 'socat', string> = {
  remove: `systemctl --user daemon-reload >/dev/null 2>&1; rm -f ${wslPaths.socket}; rmdir .local/share/sallyport 2>/dev/null`,
  systemd: `mkdir -p -m 700 .ssh; rm -f ${wslPaths.socket}
systemctl --user daemon-reload && systemctl --user enable ${unit} >/dev/null 2>&1 && systemctl --user restart ${unit} ||
    stop 'The files are written, but systemd there does not start sallyport.socket: “systemctl --user status sallyport.socket” says why.'`,
  socat: `mkdir -p -m 700 .ssh; "./${wslPaths.start}"`,
};

/**
 * Makes the changes of a plan: first it looks whether every file is as it was shown, then writes each new one beside its
 * place, and only when all are written moves them there. Prints `done`, or `stop WHY`.
 */
export function applyScript({ files, listener = undefined }: WslPlan): string {
  const way = listener ?? 'remove';
  const made = files.map((_, index) => `"$target${index}.sallyport-new"`).join(' ');
  return `${prologue}
fail() { rm -f ${made}; stop 'A file could not be written, so nothing was changed there.'; }
${files.map((_, index) => `target${index}=/nonexistent`).join('\n')}
${files.map(checkLine).join('\n')}
${files.flatMap(writeLines).join('\n')}
${before[way]}
${files.map(moveLine).join('\n')}
${after[way]}
echo 'done'
`;
}

/** Undefined when all is done; else why not, as a sentence. */
export function readApplied(output: string): string | undefined {
  const lines = output.split(/\r?\n/).filter((line) => line !== '');
  const stopped = lines.find((line) => line.startsWith('stop '));
  if (stopped !== undefined) return stopped.slice('stop '.length);
  return lines.at(-1) === 'done' ? undefined : 'It ended before it was done, nobody knows why.';
}
