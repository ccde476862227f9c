// The menu of the tray, which offers what can be done now.
import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { type TrayActions, trayMenu } from '../../../../main/shell/tray/tray-menu.ts';

describe('the menu of the tray', () => {
  const actions: TrayActions = {
    show: () => {},
    raisePrompt: () => {},
    lock: () => {},
    unlock: () => {},
    reencryptAll: () => {},
    quit: () => {},
  };
  const ids = (items: readonly MenuItemConstructorOptions[]) => items.flatMap(({ id }) => (id ? [id] : []));

  it('offers what UX.md lists, in its order', () => {
    const facts = {
      keyCount: 1,
      promptCount: 0,
      waitCount: 0,
      lock: { isPaused: false, isLockedByClient: false },
    };
    expect(ids(trayMenu(facts, actions))).toEqual([
      'keys',
      'add',
      'add-encrypted',
      'lock',
      'reencrypt-all',
      'activity',
      'use-with',
      'get-started',
      'settings',
      'quit',
    ]);
  });

  it('offers to unlock what the person locked, to answer what waits, and adds nothing to a locked agent', () => {
    const lock = { isPaused: true, reason: 'Locked by you.', isLockedByClient: false };
    const menu = trayMenu({ keyCount: 1, promptCount: 1, waitCount: 1, lock }, actions);
    const label = (waiting: { promptCount: number; waitCount: number }) =>
      trayMenu({ keyCount: 1, lock, ...waiting }, actions).find(({ id }) => id === 'prompt')?.label;
    expect(label({ promptCount: 1, waitCount: 1 })).toBe('Answer the &question…');
    expect(label({ promptCount: 0, waitCount: 1 })).toBe('Show the si&gnature that waits…');
    expect(ids(menu)).toContain('prompt');
    expect(ids(menu)).toContain('unlock');
    expect(menu.find(({ id }) => id === 'add')?.enabled).toBe(false);
  });
});
