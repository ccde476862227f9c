// The files of the pages: all of them are known when the program starts, and nothing else is ever served.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type WindowRole, windowRoles } from '../../../ipc/contract/request.ts';
import { pageOrigin } from './page-origin.ts';

export interface PageFile {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};

function filesOf(role: WindowRole, directory: string): [string, PageFile][] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry): [string, PageFile][] => {
      const path = join(entry.parentPath, entry.name);
      const contentType = contentTypes[entry.name.split('.').at(-1) ?? ''];
      if (contentType === undefined) return [];
      const url = `${pageOrigin(role)}/${relative(directory, path).split(sep).join('/')}`;
      return [[url, { contentType, bytes: Uint8Array.from(readFileSync(path)) }]];
    });
}

/** The address at which a window loads its page. */
export const pageUrl = (role: WindowRole): string => `${pageOrigin(role)}/index.html`;

/** All files below `rendererDirectory`, which has a folder for each role, by their whole address. */
export function readPageFiles(rendererDirectory: string): ReadonlyMap<string, PageFile> {
  return new Map(windowRoles.flatMap((role) => filesOf(role, join(rendererDirectory, role))));
}
