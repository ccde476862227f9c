// The tray's menu as data: what it offers in which state.
import type { MenuItemConstructorOptions } from 'electron';
import type { Destination } from '../../../ipc/contract/contract.ts';
import type { TrayFacts } from './tray-state.ts';

export interface TrayActions {
  show(destination: Destination): void;
  raisePrompt(): void;
  lock(): void;
  unlock(): void;
  reencryptAll(): void;
  quit(): void;
}

const snippets = [
  ['openssh', 'OpenSSH'],
  ['git', 'Git'],
  ['wsl', 'WSL'],
  ['putty', 'PuTTY'],
] as const;

/** `&` marks the key that chooses an item. */
export function trayMenu(
  facts: Pick<TrayFacts, 'keyCount' | 'promptCount' | 'lock'>,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const { keyCount, promptCount } = facts;
  const { isPaused, isLockedByClient } = facts.lock;
  const isLocked = isPaused || isLockedByClient;
  const go = (id: string, label: string, destination: Destination, enabled = true) => ({
    id,
    label,
    enabled,
    click: () => actions.show(destination),
  });
  const waiting: MenuItemConstructorOptions[] =
    promptCount > 0
      ? [
          { id: 'prompt', label: 'Answer the &question…', click: () => actions.raisePrompt() },
          { type: 'separator' },
        ]
      : [];
  return [
    ...waiting,
    go('keys', keyCount > 0 ? `&Keys (${keyCount})…` : '&Keys…', { view: 'keys' }),
    go('add', '&Add key…', { view: 'keys', action: 'add' }, !isLocked),
    go('add-encrypted', 'Add key &encrypted…', { view: 'keys', action: 'add-encrypted' }, !isLocked),
    { type: 'separator' },
    isPaused
      ? { id: 'unlock', label: 'Un&lock', click: () => actions.unlock() }
      : { id: 'lock', label: '&Lock', enabled: !isLockedByClient, click: () => actions.lock() },
    {
      id: 'reencrypt-all',
      label: '&Re-encrypt all keys',
      enabled: keyCount > 0,
      click: () => actions.reencryptAll(),
    },
    { type: 'separator' },
    go('activity', 'Recent a&ctivity…', { view: 'activity' }),
    {
      id: 'use-with',
      label: 'Use &with',
      submenu: snippets.map(([snippet, label]) =>
        go(`use-with-${snippet}`, `${label}…`, { view: 'use-with', snippet }),
      ),
    },
    go('settings', '&Settings…', { view: 'settings' }),
    { type: 'separator' },
    { id: 'quit', label: '&Quit', click: () => actions.quit() },
  ];
}
