// Which agent ssh asks: as ssh itself understands its settings.
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { posix, win32 } from 'node:path';
import { insideQuotes } from '../../../text/foreign-text.ts';
import { sshConfigPath } from '../changes/block-files.ts';
import { maxPersonFileBytes } from '../changes/person-file.ts';
import { readPlainFile } from '../changes/read-plain-file.ts';
import type { Surroundings } from '../changes/surroundings.ts';

/** A host that nobody has rules for. */
const anyHost = 'sallyport.invalid';

/** Undefined where OpenSSH's program of that name is not installed: on Windows that of Windows alone. */
export function findOpenssh(around: Surroundings, name: string): string | undefined {
  const { platform, env } = around;
  if (platform !== 'win32') return around.find(name);
  return around.find(win32.join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'OpenSSH', `${name}.exe`));
}

/** On Unix ssh asks the system for the person's folder, whatever HOME says. */
export const isSshsHome = ({ platform, home }: Surroundings): boolean =>
  platform === 'win32' || posix.resolve(home) === posix.resolve(userInfo().homedir);

/**
 * The value of IdentityAgent for any host, as ssh tells it; undefined where it has none, so that SSH_AUTH_SOCK or Windows'
 * own pipe counts; `unreadable` where ssh refuses its settings.
 */
export async function identityAgentOf(
  around: Surroundings,
  ssh: string,
): Promise<{ readonly agent: string | undefined } | 'unreadable'> {
  const path = sshConfigPath(around);
  const file = isSshsHome(around) ? [] : ['-F', existsSync(path) ? path : 'none'];
  const { code, output } = await around.run(ssh, [...file, '-G', anyHost]);
  if (code !== 0) return 'unreadable';
  const [, agent] = /^identityagent (.*?)\r?$/m.exec(output) ?? [];
  return { agent: agent === 'SSH_AUTH_SOCK' ? undefined : agent };
}

function settingsText(around: Surroundings): string {
  try {
    return readPlainFile(sshConfigPath(around), maxPersonFileBytes)?.bytes.toString('utf8') ?? '';
  } catch {
    return '';
  }
}

/** Whether the file has our lines, which come first in it. */
export const hasOurLines = (around: Surroundings) =>
  /^\ufeff?# >>> Sallyport ssh /m.test(settingsText(around));

/** The person's own lines about agents, which the first one in the file silences. */
export function ownAgentLines(around: Surroundings): readonly string[] {
  const text = settingsText(around);
  let isOurs = false;
  return text.split('\n').flatMap((line, index) => {
    if (/^# (>>>|<<<) Sallyport ssh /.test(line)) isOurs = line.startsWith('# >>>');
    if (isOurs || !/^\s*identityagent[\s=]/i.test(line)) return [];
    return [`line ${index + 1}, “${insideQuotes(line.trim(), 200)}”`];
  });
}
