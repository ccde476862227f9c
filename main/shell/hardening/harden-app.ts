// What holds for the whole program and for every page it will ever show.
import { app, type WebContents } from 'electron';

/** The program was started in a way that takes its protection away. */
export class UnsafeStartError extends Error {
  override readonly name = 'UnsafeStartError';
}

/** Switches that weaken Chromium's sandbox, open a door for a debugger, or run another program in a page's place. */
const unsafeSwitches = [
  'no-sandbox',
  'single-process',
  'disable-web-security',
  'disable-site-isolation-trials',
  'remote-debugging-port',
  'remote-debugging-pipe',
  'js-flags',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  'browser-subprocess-path',
  'allow-sandbox-debugging',
  'no-zygote-sandbox',
  'disable-gpu-sandbox',
  'disable-namespace-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-setuid-sandbox',
] as const;

/** Throws UnsafeStartError for a packaged program that was started with a switch that weakens it. */
export function assertSafeSwitches(): void {
  if (!app.isPackaged) return;
  const found = unsafeSwitches.find((name) => app.commandLine.hasSwitch(name));
  if (found)
    throw new UnsafeStartError(
      `Sallyport does not start with --${found}, which would open its windows to other programs. Start it without.`,
    );
}

function hardenPage(contents: WebContents, log: (line: string) => void): void {
  const refuse = (what: string) => (event: { preventDefault(): void }) => {
    event.preventDefault();
    log(`refused ${what} of a page`);
  };
  contents.on('will-navigate', refuse('a navigation'));
  contents.on('will-frame-navigate', refuse('a navigation'));
  contents.on('will-redirect', refuse('a redirect'));
  contents.on('will-attach-webview', refuse('a webview'));
  contents.setWindowOpenHandler(() => {
    log('refused a new window of a page');
    return { action: 'deny' };
  });
}

/** Must run before the app is ready: the sandbox for every page, and no way out of any of them. */
export function hardenApp(log: (line: string) => void): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => hardenPage(contents, log));
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
  app.on('select-client-certificate', (event) => event.preventDefault());
  app.on('login', (event, _contents, _details, _authInfo, callback) => {
    event.preventDefault();
    callback();
  });
}
