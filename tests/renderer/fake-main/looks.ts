// The ways in which a person may see a window, and the checks that hold for each.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page, TestInfo } from '@playwright/test';
import { expectSoundLayout } from './layout.ts';
import { expect, test } from './test.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Look {
  readonly name: string;
  readonly size: Size;
  readonly colorScheme: 'light' | 'dark';
  readonly forcedColors: 'active' | 'none';
}

const half = ({ width, height }: Size): Size => ({
  width: Math.floor(width / 2),
  height: Math.floor(height / 2),
});

/** What a state is looked at in. At 200 % a window has half as many CSS pixels. */
function looksOf(usual: Size, smallest: Size): readonly Look[] {
  const light = { colorScheme: 'light', forcedColors: 'none' } as const;
  return [
    { ...light, name: 'light', size: usual },
    { ...light, name: 'dark', size: usual, colorScheme: 'dark' },
    { ...light, name: 'forced-colors', size: usual, colorScheme: 'dark', forcedColors: 'active' },
    { ...light, name: '200-percent', size: half(usual) },
    { ...light, name: 'smallest', size: smallest },
    { ...light, name: 'smallest-200-percent', size: half(smallest) },
  ];
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface AxeResult {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Expects no violation of WCAG 2.2 A and AA or of axe's good practice. */
async function expectAccessible(page: Page): Promise<void> {
  // By the debugger, which the page's policy does not bind.
  await page.evaluate(readFileSync(axePath, 'utf8'));
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(context: object, options: object): Promise<{ violations: AxeResult[] }> };
    };
    // A list of 500 like rows says no more than its beginning.
    const context = { exclude: ['.key-row:nth-child(n+20)'] };
    return (await axe.run(context, { resultTypes: ['violations'] })).violations;
  });
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
  expect(found).toEqual([]);
}

/** Expects that nothing sticks out at the side, and that no control is cut off or covers another. */
async function expectWholeLayout(page: Page): Promise<void> {
  const faults = await page.evaluate(() => {
    const found: string[] = [];
    const root = document.scrollingElement as Element;
    if (root.scrollWidth > root.clientWidth)
      found.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);
    for (const control of document.querySelectorAll(
      'button, input:not(.unseen), select, textarea, h1, h2, summary',
    )) {
      const box = control.getBoundingClientRect();
      if (box.width === 0 || control.closest('dialog') !== document.querySelector('dialog[open]')) continue;
      const words = `${control.tagName} ${control.textContent?.slice(0, 30)}`;
      if (box.left < -1 || box.right > innerWidth + 1) found.push(`${words} sticks out at the side`);
      if (control.tagName === 'BUTTON' && control.scrollWidth > control.clientWidth + 1)
        found.push(`${words} is cut off`);
    }
    return found;
  });
  expect(faults).toEqual([]);
}

/** Expects that no box takes room beyond what is in it, and so pushes away what comes after it. */
async function expectNoEmptyRoom(page: Page): Promise<void> {
  const faults = await page.evaluate(() => {
    const contents = document.createRange();
    const found: string[] = [];
    for (const box of document.querySelectorAll('body *:has(> *):has(+ *)')) {
      const { overflowY, position } = getComputedStyle(box);
      const { top, bottom, height } = box.getBoundingClientRect();
      const next = box.nextElementSibling?.getBoundingClientRect();
      const isBelow = next !== undefined && next.height > 0 && next.top >= bottom - 1;
      if (!isBelow || height === 0 || overflowY !== 'visible' || /absolute|fixed/.test(position)) continue;
      contents.selectNodeContents(box);
      const inside = contents.getBoundingClientRect();
      // What is centred has as much above it.
      const room = bottom - inside.bottom - Math.max(0, inside.top - top);
      if (room > 48) found.push(`${Math.round(room)} px at the end of ${box.tagName} ${box.className}`);
    }
    return found;
  });
  expect(faults).toEqual([]);
}

/** Takes pictures of the page in every look, to be looked at, and expects each to be whole and accessible. */
export async function expectGoodLooks(
  page: Page,
  testInfo: TestInfo,
  name: string,
  usual: Size,
  smallest: Size,
  alsoExpect: () => Promise<void> = async () => {},
): Promise<void> {
  for (const { name: look, size, ...media } of looksOf(usual, smallest)) {
    await test.step(look, async () => {
      await page.emulateMedia(media);
      await page.setViewportSize(size);
      // What is out of view is not laid out, and has the height that it had at another size; pictures show all of it.
      await page.evaluate(() => {
        for (const entry of document.querySelectorAll<HTMLElement>('.activity-entry, .key-row'))
          entry.style.contentVisibility = 'visible';
      });
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.screenshot({
        path: `${testInfo.project.outputDir}/../page-pictures/${name}-${look}.png`,
        scale: 'css',
        // In a small window the whole page scrolls; of a list of 500 rows the first are enough.
        fullPage: height < 4000,
      });
      await expectWholeLayout(page);
      await expectNoEmptyRoom(page);
      await expectSoundLayout(page);
      await expectAccessible(page);
      await alsoExpect();
    });
  }
}
