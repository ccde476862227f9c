// The one page of a role, looking as a test wants the system to look.
import { expect, type Page } from '@playwright/test';
import type { WindowRole } from '../../../ipc/contract/request.ts';
import type { LaunchOptions, RunningApp } from './running-app.ts';

/**
 * Waits until there is exactly one. What the system looks like is not for a test to set; what the page takes it for is, which
 * a second connection to a browser has an idea of its own of.
 */
export function pageOf(
  pages: (role: WindowRole) => Page[],
  { isDark, forcedColors }: LaunchOptions,
): RunningApp['page'] {
  return async (role) => {
    await expect.poll(() => pages(role).length, { message: `a ${role} window` }).toBe(1);
    const [found] = pages(role);
    await found?.emulateMedia({
      colorScheme: isDark ? 'dark' : 'light',
      forcedColors: forcedColors ? 'active' : 'none',
      reducedMotion: 'reduce',
    });
    return found as Page;
  };
}
