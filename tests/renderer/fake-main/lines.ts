// How a text breaks.
import type { Locator } from '@playwright/test';

/** What is on each line of a text, as far as lines can be told apart by their places. */
export const linesOf = (text: Locator): Promise<string[]> =>
  text.evaluate((element) => {
    const lines = new Map<number, string>();
    const range = document.createRange();
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() !== null) {
      const letters = walker.currentNode.textContent ?? '';
      for (let at = 0; at < letters.length; at++) {
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + 1);
        const top = Math.round(range.getBoundingClientRect().top);
        lines.set(top, (lines.get(top) ?? '') + letters[at]);
      }
    }
    return [...lines.values()];
  });
