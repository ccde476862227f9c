// The layout of a page, measured: nothing overlaps, nothing is cut, and no room is left empty above other things.
import type { Page } from '@playwright/test';
import { expect } from './test.ts';

/** What is wrong with the layout, in words. Self-contained: Playwright sends its source text into the page. */
function findFaults(): string[] {
  const found: string[] = [];
  const styleOf = (element: Element) => getComputedStyle(element);
  const open = document.querySelector(':popover-open') ?? document.querySelector('dialog[open]');
  const cover = open ?? document.querySelector('.drop-zone');
  /** What lies over the rest is looked at alone. */
  const root = cover ?? document.body;
  const floating = '.messages, .more-below, [popover]:not(:popover-open), dialog:not([open])';
  /** Words for those who listen. */
  const isUnseen = (element: Element) => styleOf(element).clipPath === 'inset(50%)';
  const isLookedAt = (element: Element) =>
    (cover !== null || element.closest('.drop-zone, dialog, [popover]') === null) &&
    element.closest(floating) === null &&
    // What is far below is not laid out yet, and so has no size of its own.
    element.checkVisibility({ contentVisibilityAuto: true }) &&
    !isUnseen(element);
  const words = (element: Element, text = element.textContent ?? '') =>
    `${element.tagName.toLowerCase()}.${element.className} “${text.trim().slice(0, 30)}”`;
  /** What is left of the box where scrolling and hidden overflow let it be seen; the whole for what is below the fold. */
  const seen = (box: DOMRect, innermost: Element | null): DOMRect => {
    let { left, top, right, bottom } = box;
    for (let parent = innermost; parent && parent !== document.body; parent = parent.parentElement) {
      const { overflowX, overflowY } = styleOf(parent);
      const clip = parent.getBoundingClientRect();
      if (overflowX !== 'visible') {
        left = Math.max(left, clip.left);
        right = Math.min(right, clip.right);
      }
      if (overflowY !== 'visible') {
        top = Math.max(top, clip.top);
        bottom = Math.min(bottom, clip.bottom);
      }
    }
    return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  };

  interface Leaf {
    readonly element: Element;
    readonly name: string;
    readonly box: DOMRect;
  }
  const leaves: Leaf[] = [];
  const controls = 'button, input, select, textarea, summary';
  for (const control of root.querySelectorAll(controls))
    if (isLookedAt(control))
      leaves.push({
        element: control,
        name: words(control),
        box: seen(control.getBoundingClientRect(), control.parentElement),
      });
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || !node.textContent?.trim() || !isLookedAt(element)) continue;
    if (element.closest('option, script, style') !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects())
      leaves.push({ element, name: words(element, node.textContent), box: seen(line, element) });
  }
  const drawn = leaves.filter(({ box }) => box.width > 1 && box.height > 1);

  // Nothing overlaps. Lines of one text may touch, and a text lies in its own control.
  const byTop = drawn.toSorted((a, b) => a.box.top - b.box.top);
  byTop.forEach((one, index) => {
    for (const other of byTop.slice(index + 1)) {
      if (other.box.top > one.box.bottom - 3) break;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
      const isOneText = one.element.contains(other.element) || other.element.contains(one.element);
      const isSameLine =
        one.element.closest('p, dd, li, label, pre') === other.element.closest('p, dd, li, label, pre');
      const isPart = isOneText || (isSameLine && one.element.closest('p, dd, pre') !== null);
      if (across > 3 && down > 3 && !isPart) found.push(`${one.name} and ${other.name} overlap`);
    }
  });

  // Nothing is cut, but what says so by an ellipsis, and what can be scrolled to.
  for (const element of root.querySelectorAll('*')) {
    if (!isLookedAt(element) || element.closest('svg') !== null) continue;
    const { overflowX, overflowY, textOverflow } = styleOf(element);
    const tooWide = element.scrollWidth - element.clientWidth;
    const tooHigh = element.scrollHeight - element.clientHeight;
    const cutsX = /hidden|clip/.test(overflowX) && textOverflow !== 'ellipsis';
    if (element.clientWidth === 0 || element.matches('input, select, textarea')) continue;
    if (cutsX && tooWide > 2) found.push(`${words(element)} is cut at the side by ${tooWide} px`);
    // Marks above and below letters reach out of any line; whoever stacks them does that.
    const isStacked = /\p{M}{3}/u.test(element.textContent ?? '');
    if (/hidden|clip/.test(overflowY) && tooHigh > 4 && !isStacked)
      found.push(`${words(element)} is cut below by ${tooHigh} px`);
  }

  // In no column there is an empty stretch above a third of it with something below.
  // The targets of a drop are the boxes themselves.
  const columns = cover?.matches(':not(.drop-zone)')
    ? [cover]
    : root.querySelectorAll('.section, .keys-column, .key-details, .prompt, .prompt-empty');
  for (const column of columns) {
    const { top, height, bottom } = column.getBoundingClientRect();
    const room = Math.min(height, innerHeight);
    if (room === 0) continue;
    const inside = byTop.filter(({ element, box }) => column.contains(element) && box.top < bottom);
    let end = top;
    for (const { name, box } of inside) {
      if (box.top - end > Math.max(room / 3, 48))
        found.push(`${Math.round(box.top - end)} px are empty above ${name}`);
      end = Math.max(end, box.bottom);
    }
  }
  return [...new Set(found)].slice(0, 12);
}

/** Expects that nothing overlaps, nothing is cut, and nothing is empty above a third of a column. */
export async function expectSoundLayout(page: Page): Promise<void> {
  expect(await page.evaluate(findFaults)).toEqual([]);
}

/** Expects that whatever is cut off at the bottom of a part that scrolls says so there. */
export async function expectScrollHints(page: Page): Promise<void> {
  const silent = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('main')]
        .filter((box) => box.scrollHeight - box.clientHeight - box.scrollTop > 4)
        .filter((box) => box.querySelector(':scope > .more-below') === null)
        .map((box) => box.className),
    );
  await expect.poll(silent).toEqual([]);
}
