// WinSCP's saved sessions, in the registry or in WinSCP.ini: the key file that each logs in with.
import { win32 } from 'node:path';
import { readSettingsText } from '../files/read-settings-file.ts';
import {
  inTurns,
  maxSessions,
  type NamedFile,
  type Profile,
  percentDecoded,
  type SourceReport,
  tooManySessions,
} from './source.ts';

const sessionsKey = 'Software\\Martin Prikryl\\WinSCP 2\\Sessions';

/** Names and values are kept with `%XX`, where they are not ASCII after a byte order mark (core/HierarchicalStorage.cpp). */
const plain = (kept: string) => percentDecoded(kept).replace(/^\ufeff/, '');

/** Exported for tests: the sessions of WinSCP.ini. */
export function sessionsInWinscpIni(text: string): readonly NamedFile[] {
  const files: NamedFile[] = [];
  let session: string | undefined;
  let certificate: string | undefined;
  let path: string | undefined;
  const end = () => {
    if (session !== undefined && path)
      files.push({ path, source: 'winscp', name: session, ...(certificate && { certificate }) });
    [path, certificate] = [undefined, undefined];
  };
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('[')) {
      end();
      const section = line.slice(1, line.lastIndexOf(']'));
      session = section.startsWith('Sessions\\') ? plain(section.slice('Sessions\\'.length)) : undefined;
    }
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(0, equals));
    if (name === 'PublicKeyFile') path = plain(line.slice(equals + 1));
    if (name === 'DetachedCertificate') certificate = plain(line.slice(equals + 1));
    if (files.length > maxSessions) break;
  }
  end();
  return files;
}

async function inRegistry({ registry }: Profile): Promise<readonly NamedFile[]> {
  if (registry === undefined) return [];
  const names = await registry.keys(sessionsKey, maxSessions + 1);
  const found = await inTurns(names, async (name): Promise<NamedFile[]> => {
    const key = `${sessionsKey}\\${name}`;
    const path = plain((await registry.string(key, 'PublicKeyFile')) ?? '');
    if (!path) return [];
    const certificate = plain((await registry.string(key, 'DetachedCertificate')) ?? '');
    return [{ path, source: 'winscp', name: plain(name), ...(certificate && { certificate }) }];
  });
  return found.flat();
}

async function inIniFile({ platform, env, home }: Profile): Promise<readonly NamedFile[]> {
  if (platform !== 'win32') return [];
  const { APPDATA } = env;
  // A portable one has its file beside it, wherever that is.
  const places = [
    ...(APPDATA ? [win32.join(APPDATA, 'WinSCP.ini')] : []),
    win32.join(home, 'Documents', 'WinSCP.ini'),
  ];
  // One at a time: a disk that does not answer keeps one thread.
  const texts = await inTurns(places, readSettingsText);
  return texts.flatMap((text) => (text === undefined ? [] : sessionsInWinscpIni(text)));
}

export async function keysOfWinscpSessions(profile: Profile): Promise<SourceReport> {
  const files = [...(await inRegistry(profile)), ...(await inIniFile(profile))];
  return {
    files: files.slice(0, maxSessions),
    notes: files.length > maxSessions ? [tooManySessions('WinSCP')] : [],
  };
}
