// Moves the page's clock, which stands still otherwise.
import type { Page } from '@playwright/test';

/**
 * To be called before the page is opened. Times left stay what they are then, and what is said for a few seconds
 * stays until the test has seen it.
 */
export async function stopTime(page: Page): Promise<void> {
  await page.clock.install({ time: 0 });
  // Far enough that the clock, which runs until then, is not past it on a machine that is busy just now.
  await page.clock.pauseAt(3_600_000);
}

/** Lets `ms` pass, and React draw what came of it. */
export async function passTime(page: Page, ms: number): Promise<void> {
  await page.clock.runFor(ms);
  await drawn(page);
}

/**
 * Lets React draw what has come: its work waits in a message channel, behind which ours queues. Effects may come
 * with a message of their own after the drawing.
 */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let message = 0; message < 2; message++)
      await new Promise<void>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve();
        port2.postMessage(null);
      });
  });
}
