// Where the pages live: one host of our own scheme for each role.
import type { WindowRole } from '../../../ipc/contract/request.ts';

export const pageScheme = 'app';

export const pageOrigin = (role: WindowRole): string => `${pageScheme}://${role}`;
