// The tray's menu as data: what it offers in which state.

import type { MenuItemConstructorOptions } from 'electron';
import type { Destination } from '../../../ipc/contract/program.ts';
import type { SnippetKind } from '../../../ipc/contract/use-with.ts';
import { snippetNames } from '../../../text/program-names.ts';
import type { TrayFacts } from './tray-state.ts';

export interface TrayActions {
  show(destination: Destination): void;
  raisePrompt(): void;
  lock(): void;
  unlock(): void;
  reencryptAll(): void;
  quit(): void;
}

/** `&` marks the key that chooses an item. */
export function trayMenu(
  facts: Pick<TrayFacts, 'keyCount' | 'promptCount' | 'waitCount' | 'lock'>,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const { keyCount, promptCount, waitCount } = facts;
  const { isPaused, isLockedByClient } = facts.lock;
  const isLocked = isPaused || isLockedByClient;
  const go = (id: string, label: string, destination: Destination, enabled = true) => ({
    id,
    label,
    enabled,
    click: () => actions.show(destination),
  });
  const waiting: MenuItemConstructorOptions[] =
    promptCount > 0 || waitCount > 0
      ? [
          {
            id: 'prompt',
            label: promptCount > 0 ? 'Answer the &question…' : 'Show the si&gnature that waits…',
            click: () => actions.raisePrompt(),
          },
          { type: 'separator' },
        ]
      : [];
  return [
    ...waiting,
    go('keys', keyCount > 0 ? `&Keys (${keyCount})…` : '&Keys…', { section: 'keys' }),
    go('add', '&Add key…', { section: 'keys', action: 'add' }, !isLocked),
    go('add-encrypted', 'Add key &encrypted…', { section: 'keys', action: 'add-encrypted' }, !isLocked),
    { type: 'separator' },
    isPaused
      ? { id: 'unlock', label: 'Un&lock', click: () => actions.unlock() }
      : { id: 'lock', label: '&Lock', enabled: !isLockedByClient, click: () => actions.lock() },
    {
      id: 'reencrypt-all',
      label: 'Lock all ke&ys again',
      enabled: keyCount > 0,
      click: () => actions.reencryptAll(),
    },
    { type: 'separator' },
    go('activity', 'Recent a&ctivity…', { section: 'activity' }),
    {
      id: 'use-with',
      label: 'Use &with',
      submenu: (Object.keys(snippetNames) as SnippetKind[]).map((snippet) =>
        go(`use-with-${snippet}`, `${snippetNames[snippet]}…`, { section: 'use-with', snippet }),
      ),
    },
    go('get-started', '&Get started…', { section: 'get-started' }),
    go('settings', '&Settings…', { section: 'settings' }),
    { type: 'separator' },
    { id: 'quit', label: '&Quit', click: () => actions.quit() },
  ];
}
