// The scheme that pages are loaded from: app://keys/ and app://prompt/.
import { protocol, type Session } from 'electron';
import { answerPageLoad } from './answer-page-load.ts';
import type { PageFile } from './page-files.ts';
import { pageScheme } from './page-origin.ts';

/** Must run before the app is ready. `standard` gives the pages an origin of their own, `secure` a safe context. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the pages to windows of `session`. */
export function servePages(session: Session, files: ReadonlyMap<string, PageFile>): void {
  session.protocol.handle(pageScheme, (request) => answerPageLoad(files, request));
}
