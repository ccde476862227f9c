// FileZilla's sites: the key file that each logs in with.
import { posix, win32 } from 'node:path';
import { readSettingsText } from '../files/read-settings-file.ts';
import { maxSessions, type NamedFile, type Profile, type SourceReport, tooManySessions } from './source.ts';

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, decimal, hex, name) => {
      if (name) return entities[String(name).toLowerCase()] ?? whole;
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** What is between the first `<tag …>` and the next `</tag>`. */
function inside(text: string, tag: string): string | undefined {
  const begin = text.indexOf(`<${tag}>`);
  const end = begin < 0 ? -1 : text.indexOf(`</${tag}>`, begin);
  return end < 0 ? undefined : withoutEntities(text.slice(begin + tag.length + 2, end).trim());
}

/** Exported for tests: the sites of sitemanager.xml. No parser of XML: what FileZilla writes has no other form. */
export function sitesInSitemanager(text: string): readonly NamedFile[] {
  return text
    .split('<Server>', maxSessions + 2)
    .slice(1)
    .flatMap((server): NamedFile[] => {
      const end = server.indexOf('</Server>');
      const site = end < 0 ? server : server.slice(0, end);
      const path = inside(site, 'Keyfile');
      const name = inside(site, 'Name');
      return path ? [{ path, source: 'filezilla', ...(name && { name }) }] : [];
    });
}

export async function keysOfFilezillaSites({ platform, env, home }: Profile): Promise<SourceReport> {
  const { APPDATA, XDG_CONFIG_HOME } = env;
  const path =
    platform === 'win32'
      ? APPDATA && win32.join(APPDATA, 'FileZilla', 'sitemanager.xml')
      : posix.join(XDG_CONFIG_HOME ?? posix.join(home, '.config'), 'filezilla', 'sitemanager.xml');
  const text = path ? await readSettingsText(path) : undefined;
  const files = text === undefined ? [] : sitesInSitemanager(text);
  return {
    files: files.slice(0, maxSessions),
    notes: files.length > maxSessions ? [tooManySessions('FileZilla')] : [],
  };
}
