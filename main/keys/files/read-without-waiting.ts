// How files are opened that others may have put there.
import { constants } from 'node:fs';

/**
 * Opens for reading, and waits for nobody. SECURITY: a fifo in a file's place, which whoever may write to the directory
 * can put there, would hold one of the four threads that sign until somebody writes to it. Windows has no such flag.
 */
export const READ_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
