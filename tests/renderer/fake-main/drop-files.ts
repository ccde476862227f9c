// Files dropped on the key window.
import type { Page } from '@playwright/test';

/** Drops files on one part of the window, as a person does who drags them in. */
export async function drop(
  page: Page,
  part: 'encrypted' | 'unlocked' | 'as-chosen',
  files: readonly { readonly name: string; readonly content: string }[],
): Promise<void> {
  await dragOver(page, files);
  const target = page.locator(`[data-keep="${part}"]`);
  await target.dispatchEvent('drop', { dataTransfer: await transferOf(page, files) });
}

/** Holds files over the window. */
export async function dragOver(
  page: Page,
  files: readonly { readonly name: string; readonly content: string }[],
): Promise<void> {
  await page.dispatchEvent('body', 'dragover', { dataTransfer: await transferOf(page, files) });
}

function transferOf(page: Page, files: readonly { readonly name: string; readonly content: string }[]) {
  return page.evaluateHandle((all) => {
    const data = new DataTransfer();
    for (const { name, content } of all) data.items.add(new File([content], name));
    return data;
  }, files);
}
