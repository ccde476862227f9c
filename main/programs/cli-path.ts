// Where the command itself is.
import { fileURLToPath } from 'node:url';

/** cli.js: all parts of the built program lie in one directory. */
export const cliPath = fileURLToPath(new URL('./cli.js', import.meta.url));
