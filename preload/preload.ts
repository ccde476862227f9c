// The only thing a page gets besides the web: the contract's names, payloads without the IPC event, frozen.
import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '../ipc/contract/contract.ts';
import { bridgeName, eventNames, requestNames } from '../ipc/contract/names.ts';

const requests: ReadonlySet<string> = new Set(requestNames);
const events: ReadonlySet<string> = new Set(eventNames);

const bridge: Bridge = {
  request(name, input) {
    // SECURITY: without this check a page could reach every channel of the main process.
    if (!requests.has(name))
      return Promise.resolve({ ok: false, code: 'refused', message: 'There is no such request.' });
    return ipcRenderer.invoke(name, input).catch(() => ({
      ok: false,
      code: 'failed',
      message: 'Sallyport did not answer. It may be ending.',
    }));
  },
  on(name, listener) {
    if (!events.has(name)) return () => {};
    const forward = (_event: unknown, payload: unknown) => (listener as (payload: unknown) => void)(payload);
    ipcRenderer.on(name, forward);
    return () => {
      ipcRenderer.off(name, forward);
    };
  },
};

contextBridge.exposeInMainWorld(bridgeName, Object.freeze(bridge));
