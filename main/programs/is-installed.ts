// Whether the tray application was installed, or is the portable one or one that runs from its sources.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** `resourcesPath`: Electron's. Only the installed program has the command there. */
export const isInstalled = (resourcesPath: string): boolean => existsSync(join(resourcesPath, 'cli'));
