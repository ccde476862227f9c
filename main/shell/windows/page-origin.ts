// Where the pages live: one host of our own scheme for each role.
import type { WindowRole } from '../../../ipc/contract/contract.ts';

export const pageScheme = 'app';

export const pageOrigin = (role: WindowRole): string => `${pageScheme}://${role}`;
