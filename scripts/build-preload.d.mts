/** Writes preload/preload.cjs below `outDir`. */
export function buildPreload(outDir: string): Promise<void>;
