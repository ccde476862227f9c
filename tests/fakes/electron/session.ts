// Electron's `session` and `protocol`: what pages may load, and who answers.
import { EventEmitter } from 'node:events';
import type { Route } from '@playwright/test';
import type { CustomScheme, Protocol, Session } from 'electron';
import { note } from './calls.ts';
import { isAppUrl, toAppUrl } from './chromium.ts';
import { assertNotReady, assertReady } from './lifecycle.ts';

type RequestHandler = Parameters<Protocol['handle']>[1];
type BeforeRequest = (details: { url: string }, callback: (response: { cancel?: boolean }) => void) => void;
type UsedSession = Pick<
  Session,
  | 'setBluetoothPairingHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setPermissionRequestHandler'
>;

const privileged = new Map<string, CustomScheme>();

export const protocol: Pick<Protocol, 'registerSchemesAsPrivileged'> = {
  registerSchemesAsPrivileged(schemes) {
    assertNotReady('protocol.registerSchemesAsPrivileged()');
    for (const scheme of schemes) privileged.set(scheme.scheme, scheme);
    note('protocol.registerSchemesAsPrivileged', schemes);
  },
};

export class StandInSession extends EventEmitter implements UsedSession {
  readonly #partition: string;
  readonly #handlers = new Map<string, RequestHandler>();
  #beforeRequest: BeforeRequest | undefined;

  constructor(partition: string) {
    super();
    this.#partition = partition;
  }

  readonly protocol = {
    handle: (scheme: string, handler: RequestHandler) => {
      assertReady('protocol.handle()');
      if (this.#handlers.has(scheme)) throw new Error(`The scheme has been registered: ${scheme}`);
      if (!privileged.get(scheme)?.privileges?.standard)
        throw new Error(`stand-in: ${scheme} is not a standard scheme, so its pages would have no origin`);
      this.#handlers.set(scheme, handler);
    },
  };

  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest) => {
      this.#beforeRequest = listener;
      note('session.webRequest.onBeforeRequest', this.#partition);
    },
  };

  setPermissionRequestHandler(handler: Parameters<Session['setPermissionRequestHandler']>[0]): void {
    note('session.setPermissionRequestHandler', this.#partition, handler);
  }
  setPermissionCheckHandler(handler: Parameters<Session['setPermissionCheckHandler']>[0]): void {
    note('session.setPermissionCheckHandler', this.#partition, handler);
  }
  setDevicePermissionHandler(handler: Parameters<Session['setDevicePermissionHandler']>[0]): void {
    note('session.setDevicePermissionHandler', this.#partition, handler);
  }
  setDisplayMediaRequestHandler(handler: Parameters<Session['setDisplayMediaRequestHandler']>[0]): void {
    note('session.setDisplayMediaRequestHandler', this.#partition, handler);
  }
  setBluetoothPairingHandler(handler: Parameters<Session['setBluetoothPairingHandler']>[0]): void {
    note('session.setBluetoothPairingHandler', this.#partition, handler);
  }

  /** Answers a page's request as Electron would: first the web request filter, then the scheme's handler. */
  async answer(route: Route): Promise<void> {
    const request = route.request();
    const url = toAppUrl(request.url());
    const isCancelled = await new Promise<boolean>((resolve) => {
      if (this.#beforeRequest === undefined) resolve(false);
      else this.#beforeRequest({ url }, ({ cancel }) => resolve(cancel === true));
    });
    const handler = this.#handlers.get(new URL(url).protocol.slice(0, -1));
    if (isCancelled || !isAppUrl(request.url()) || handler === undefined) {
      note('request cancelled', url);
      return await route.abort();
    }
    const response = await handler(new Request(url, { method: request.method() }));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }
}

const partitions = new Map<string, StandInSession>();

export const session = {
  get defaultSession(): StandInSession {
    return session.fromPartition('');
  },
  fromPartition(partition: string): StandInSession {
    assertReady('session');
    const present = partitions.get(partition) ?? new StandInSession(partition);
    partitions.set(partition, present);
    return present;
  },
};
