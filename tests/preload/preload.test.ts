// The preload as it is built: the names of the contract, and nothing of what they stand for.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bridge, RequestName } from '../../ipc/contract/contract.ts';
import { requests } from '../../ipc/contract/contract.ts';
import { type EventName, events } from '../../ipc/contract/events.ts';
import { buildPreload } from '../../scripts/build-preload.mjs';

const directory = mkdtempSync(join(tmpdir(), 'sallyport-preload-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let source: string;
const exposed: Record<string, Bridge> = {};
const invoked: string[] = [];
const followed: string[] = [];

beforeAll(async () => {
  await buildPreload(directory);
  source = readFileSync(join(directory, 'preload/preload.cjs'), 'utf8');
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, bridge: Bridge) => (exposed[name] = bridge) },
    ipcRenderer: {
      async invoke(name: string) {
        invoked.push(name);
        return { ok: true, value: null };
      },
      on: (name: string) => followed.push(name),
    },
  };
  runInNewContext(source, { require: () => electron });
});

const bridge = () => exposed['sallyport'] as Bridge;

describe('the built preload', () => {
  it('passes on every request and event of the contract', async () => {
    const requestNames = Object.keys(requests) as RequestName[];
    const eventNames = Object.keys(events) as EventName[];
    for (const name of requestNames) await bridge().request(name, {} as never);
    for (const name of eventNames) bridge().on(name, () => {});
    expect(invoked).toEqual(requestNames);
    expect(followed).toEqual(eventNames);
  });

  it('passes on no other name', async () => {
    const before = [...invoked, ...followed];
    for (const name of ['shell.openExternal', '__proto__', 'toString', '']) {
      expect(await bridge().request(name as RequestName, {} as never)).toMatchObject({ code: 'refused' });
      bridge().on(name as EventName, () => {});
    }
    expect([...invoked, ...followed]).toEqual(before);
  });

  it('exposes one frozen bridge', () => {
    expect(Object.keys(exposed)).toEqual(['sallyport']);
    expect(Object.isFrozen(bridge())).toBe(true);
  });

  it('has no schema in it', () => {
    const names = [...Object.keys(requests), ...Object.keys(events)].join('","');
    expect(source.length - names.length).toBeLessThan(1200);
    expect(source).not.toContain('strictObject');
  });
});
