// What is looked at here has the widths that it has on Windows, or greater ones.
import { confirmPrompt } from './fake-main/sample-prompts.ts';
import { expect, test } from './fake-main/test.ts';

/** Advance widths of Segoe UI in units of 1/2048 em: a table of its `hmtx`, for the letters of the sample. */
const regular: Readonly<Record<string, number>> = {
  ...{ A: 1321, M: 1839, W: 1913, a: 1042, c: 946, e: 1071, g: 1206, h: 1159, i: 496 },
  ...{ k: 1018, l: 496, m: 1764, n: 1159, o: 1200, r: 712, s: 869, t: 694, u: 1159 },
  ...{ w: 1480, y: 991, ' ': 561, '4': 1104, '.': 444 },
};
const bold: Readonly<Record<string, number>> = { ' ': 565, '4': 1178, '.': 555, ':': 555, '(': 756 };

const widthOf = (text: string, advances: Readonly<Record<string, number>>) =>
  [...text].reduce((sum, letter) => sum + (advances[letter] ?? Number.NaN), 0) / 2048;

test('a page that asks for Segoe UI is drawn with its widths', async ({ openPrompt, page }) => {
  await openPrompt(confirmPrompt());
  const measure = (text: string, font: string) =>
    page.evaluate(
      ([words, of]) => {
        const canvas = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
        canvas.font = of;
        return canvas.measureText(words).width / 1000;
      },
      [text, font] as const,
    );
  for (const text of ['Who asks with a gun 4 us all.', 'Many Women 44 tray regime'])
    expect(await measure(text, '1000px "Segoe UI", serif')).toBeCloseTo(widthOf(text, regular), 2);
  expect(await measure('44. (: 4', 'bold 1000px "Segoe UI", serif')).toBeCloseTo(
    widthOf('44. (: 4', bold),
    2,
  );
  const semibold = await measure('Who asks', '600 1000px "Segoe UI", serif');
  expect(semibold).toBeGreaterThan(widthOf('Who asks', regular));
  // The page itself asks for it, and for letters of equal width that are at least as wide as those on Windows.
  const family = await page.evaluate(() => getComputedStyle(document.body).fontFamily);
  expect(await measure('many', `1000px ${family}`)).toBeCloseTo(widthOf('many', regular), 2);
  const code = await page
    .locator('.mono')
    .first()
    .evaluate((element) => getComputedStyle(element).fontFamily);
  expect(await measure('SHA256', `1000px ${code}`)).toBeGreaterThanOrEqual((6 * 1200) / 2048);
});
