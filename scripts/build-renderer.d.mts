// Types of build-renderer.mjs for the tests.
/** Writes both pages below `outDir`. */
export function buildRenderer(outDir: string): Promise<void>;
