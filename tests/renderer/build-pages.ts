// Builds the pages as the product does, before the first test.
import { buildRenderer } from '../../scripts/build-renderer.mjs';

/** Below .cache, so that a build of the whole product at the same time changes nothing here. */
export const builtPagesDir = '.cache/pages-under-test';

// biome-ignore lint/style/noDefaultExport: Playwright's global set-up is a default export
export default async function buildPages(): Promise<void> {
  await buildRenderer(builtPagesDir);
}
