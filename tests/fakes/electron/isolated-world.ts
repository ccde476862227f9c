// The scripts that carry the preload's API into the page. The preload runs in an isolated world of Chromium's, as
// in Electron; the two worlds share nothing but string events under a secret name.
import { pageWireFormat } from './wire-format.ts';

export const isolatedWorldName = 'preload';
export const sendBinding = 'standInSend';

/** For the page's own world: builds the exposed API out of calls by event. Values are frozen, as Electron's are. */
export const mainWorldScript = (secret: string): string => `(() => {
  ${pageWireFormat}
  const secret = ${JSON.stringify(secret)};
  const emit = (name, detail) => window.dispatchEvent(new CustomEvent(secret + name, { detail }));
  const waiting = new Map();
  const callbacks = [];
  let lastId = 0;
  const callRemote = (reference, args) => new Promise((resolve, reject) => {
    const id = ++lastId;
    waiting.set(id, [resolve, reject]);
    const carried = args.map((arg) => (typeof arg === 'function' ? { $callback: callbacks.push(arg) - 1 } : arg));
    emit('call', encode({ id, reference, args: carried }));
  });
  const revive = (value) => (value && value.$function !== undefined ? (...args) => void callRemote(value.$function, args) : value);
  const build = (shape) => {
    if (shape.$function !== undefined) return shape.$isSync
      ? (...args) => {
          // Functions that the preload answers at once answer at once here as well: events are synchronous.
          let result;
          const id = ++lastId;
          waiting.set(id, [(value) => { result = value; }, (error) => { throw error; }]);
          const carried = args.map((arg) => (typeof arg === 'function' ? { $callback: callbacks.push(arg) - 1 } : arg));
          emit('call', encode({ id, reference: shape.$function, args: carried }));
          return result;
        }
      : (...args) => callRemote(shape.$function, args);
    return Object.freeze(Object.fromEntries(Object.entries(shape.$object).map(([key, inner]) => [key, build(inner)])));
  };
  window.addEventListener(secret + 'expose', ({ detail }) => {
    const { name, shape } = JSON.parse(detail);
    Object.defineProperty(window, name, { value: build(shape), enumerable: true });
  });
  window.addEventListener(secret + 'return', ({ detail }) => {
    const { id, ok, value } = decode(detail);
    const [resolve, reject] = waiting.get(id);
    waiting.delete(id);
    if (ok) resolve(revive(value)); else reject(new Error(value));
  });
  window.addEventListener(secret + 'callback', ({ detail }) => {
    const { index, args } = decode(detail);
    callbacks[index](...args);
  });
})()`;

/** For the isolated world: \`contextBridge\` and \`ipcRenderer\` around the preload's source. */
export const preloadScript = (secret: string, source: string): string => `(() => {
  ${pageWireFormat}
  const secret = ${JSON.stringify(secret)};
  const emit = (name, detail) => window.dispatchEvent(new CustomEvent(secret + name, { detail }));
  const functions = [];
  const exposed = new Set();
  const listeners = new Map();
  const waiting = new Map();
  let lastId = 0;
  const shapeOf = (value, key) => typeof value === 'function'
    ? { $function: functions.push(value) - 1, $isSync: key === 'on' }
    : { $object: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner, name)])) };
  const contextBridge = {
    exposeInMainWorld(name, api) {
      if (exposed.has(name)) throw new Error('Cannot bind an API on top of an existing property on the window object');
      exposed.add(name);
      emit('expose', JSON.stringify({ name, shape: shapeOf(api, name) }));
    },
  };
  const answer = (id, value) => {
    const carried = typeof value === 'function' ? { $function: functions.push(value) - 1 } : value;
    emit('return', encode({ id, ok: true, value: carried }));
  };
  window.addEventListener(secret + 'call', ({ detail }) => {
    const { id, reference, args } = decode(detail);
    const revived = args.map((arg) => (arg && arg.$callback !== undefined
      ? (...given) => emit('callback', encode({ index: arg.$callback, args: given }))
      : arg));
    const refuse = (error) => emit('return', encode({ id, ok: false, value: String(error && error.message || error) }));
    try {
      const result = functions[reference](...revived);
      if (result instanceof Promise) result.then((value) => answer(id, value), refuse); else answer(id, result);
    } catch (error) { refuse(error); }
  });
  globalThis.standInDeliver = (text) => {
    const message = decode(text);
    if (message.answerTo !== undefined) {
      const [resolve, reject] = waiting.get(message.answerTo);
      waiting.delete(message.answerTo);
      if (message.ok) resolve(message.value); else reject(new Error(message.value));
      return;
    }
    for (const listener of [...(listeners.get(message.channel) || [])]) listener({}, ...message.args);
  };
  const ipcRenderer = {
    invoke: (channel, ...args) => new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, [resolve, reject]);
      ${sendBinding}(encode({ id, channel, args }));
    }),
    on(channel, listener) {
      listeners.set(channel, [...(listeners.get(channel) || []), listener]);
      return ipcRenderer;
    },
    off(channel, listener) {
      listeners.set(channel, (listeners.get(channel) || []).filter((other) => other !== listener));
      return ipcRenderer;
    },
  };
  const require = (name) => {
    if (name === 'electron') return { contextBridge, ipcRenderer };
    throw new Error('module not found: ' + name);
  };
  const module = { exports: {} };
  (function (require, module, exports) { ${source}
  })(require, module, module.exports);
})()`;
