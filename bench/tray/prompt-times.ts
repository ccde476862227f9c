// From a client's request to a prompt that can be typed into, or answered.
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { AgentClient } from '../../main/client/agent-client.ts';
import type { RunningApp } from '../../tests/e2e/driver/running-app.ts';
import { addClear, addEncrypted, signLogin } from '../../tests/e2e/signing.ts';

/** Milliseconds since the request was written. */
export interface PromptTimes {
  /** The window is there and begins to load its page: what comes before is main's work, and the stand-in's. */
  readonly pageBegins: number;
  readonly firstPaint: number;
  /** The field has the keyboard, or the buttons hear. */
  readonly ready: number;
  /** The first letter was in the field; after “Allow” the client has its signature. */
  readonly heard: number;
}

/** Notes when things happen, by the wall clock, which all processes share. Runs in the page before its own scripts. */
export const watchScript = `
  window.benchTimes = {};
  const note = (name) => { window.benchTimes[name] ??= performance.timeOrigin + performance.now(); };
  window.benchTimes.pageBegins = performance.timeOrigin;
  addEventListener('focusin', ({ target }) => {
    if (target.matches('input')) note('fieldReady');
    if (target.matches('button')) note('buttonsReady');
  }, true);
  addEventListener('input', () => note('typed'), true);
`;

interface PageTimes {
  readonly pageBegins: number;
  readonly firstPaint: number;
  readonly fieldReady?: number;
  readonly buttonsReady?: number;
  readonly typed?: number;
}

const readScript = `({
  ...window.benchTimes,
  firstPaint: performance.timeOrigin + (performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN),
})`;

const passphrase = 'pass phrase';
const retryMs = 200;
const wallClock = () => performance.timeOrigin + performance.now();

async function timesOf(page: Page): Promise<PageTimes> {
  // Of the empty page, before the prompt's.
  return ((await page.evaluate(readScript).catch(() => {})) ?? {}) as PageTimes;
}

async function untilTimesHave(page: Page, name: keyof PageTimes): Promise<PageTimes> {
  for (const sinceMs = performance.now(); performance.now() - sinceMs < patienceMs; await delay(lookMs)) {
    const times = await timesOf(page);
    if (times[name] !== undefined) return times;
  }
  throw new Error(`a prompt came to no ${name}`);
}

const lookMs = 2;
/** Nothing that is measured here takes as long. */
const patienceMs = 30_000;

async function promptOf(app: RunningApp): Promise<Page> {
  for (const sinceMs = performance.now(); performance.now() - sinceMs < patienceMs; await delay(lookMs)) {
    const [page] = app.pages('prompt');
    if (page) return page;
  }
  throw new Error('no prompt came');
}

/** The next one is not to be taken for this one. */
async function gone(app: RunningApp): Promise<void> {
  for (const sinceMs = performance.now(); app.pages('prompt').length > 0; await delay(lookMs))
    if (performance.now() - sinceMs > patienceMs) throw new Error('a prompt does not go');
}

const since = (ms: number, { pageBegins, firstPaint }: PageTimes) => ({
  pageBegins: pageBegins - ms,
  firstPaint: firstPaint - ms,
});

/** Gives the passphrase, again where it was too early, until the client has its answer; the window may go at any moment. */
async function unlock(page: Page, signed: Promise<boolean>): Promise<void> {
  const field = page.locator('input[type=password]');
  let isAnswered = false;
  const answered = () => {
    isAnswered = true;
  };
  signed.then(answered, answered);
  for (; !isAnswered; await delay(retryMs)) {
    await field.fill(passphrase, { timeout: retryMs }).catch(() => {});
    await field.press('Enter', { timeout: retryMs }).catch(() => {});
  }
}

/** A key that is there encrypted: a letter is pressed again and again until the field has one, then the passphrase opens it. */
export async function timePassphrase(app: RunningApp, client: AgentClient): Promise<PromptTimes> {
  const blob = await addEncrypted(client, app.home);
  const beganMs = wallClock();
  const signed = signLogin(client, blob);
  signed.catch(() => {});
  const page = await promptOf(app);
  while ((await timesOf(page)).typed === undefined) await page.keyboard.press('x', { delay: 0 });
  const times = await timesOf(page);
  await unlock(page, signed);
  if (!(await signed)) throw new Error('the signature is not good');
  await client.remove(blob);
  await gone(app);
  return {
    ...since(beganMs, times),
    ready: (times.fieldReady ?? Number.NaN) - beganMs,
    heard: (times.typed ?? Number.NaN) - beganMs,
  };
}

/** A key whose every use is confirmed: “Allow” is clicked the moment it hears. */
export async function timeAllow(app: RunningApp, client: AgentClient): Promise<PromptTimes> {
  const blob = await addClear(client, app.home, { confirm: true });
  const beganMs = wallClock();
  const signed = signLogin(client, blob);
  signed.catch(() => {});
  const page = await promptOf(app);
  const times = await untilTimesHave(page, 'buttonsReady');
  const box = await page.getByRole('button', { name: 'Allow' }).boundingBox();
  if (box === null) throw new Error('there is no “Allow”');
  // The window may be gone before the button of the mouse is up again.
  page.mouse.click(box.x + box.width / 2, box.y + box.height / 2).catch(() => {});
  if (!(await signed)) throw new Error('the signature is not good');
  const signedMs = wallClock();
  await client.remove(blob);
  await gone(app);
  return {
    ...since(beganMs, times),
    ready: (times.buttonsReady ?? Number.NaN) - beganMs,
    heard: signedMs - beganMs,
  };
}
