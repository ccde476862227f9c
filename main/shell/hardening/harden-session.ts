// Shuts everything that a page could reach through Chromium besides its own files.
import type { Session } from 'electron';
import { pageScheme } from '../windows/page-origin.ts';

/** Whether a page may load `url` at all; the page scheme's own handler then knows the files. */
export function mayLoad(url: string): boolean {
  return url.startsWith(`${pageScheme}://`);
}

/**
 * SECURITY (SECURITY.md, "Windows"): no permission, no device, no screen capture, no download and no request
 * that leaves the program, whatever script may have got into a page.
 */
export function hardenSession(session: Session, log: (line: string) => void): void {
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    log(`refused permission ${permission} to a page`);
    callback(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }));
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, callback) => {
    const cancel = !mayLoad(details.url);
    if (cancel) log(`refused a page's request to ${new URL(details.url).protocol}//…`);
    callback({ cancel });
  });
}
