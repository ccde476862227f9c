// Entry of the process with a foreign library in it: which kind is the first argument. It is given no key of ours.
import './process/take-debug-signal.ts';

import { endWithParent } from '../ipc/posix/hardening/end-with-parent.ts';
import { middlewareProgram } from './authenticators/middleware/library/middleware-messages.ts';
import { pkcs11Program } from './key-stores/pkcs11/library/token-messages.ts';
import { type OpenLibraryProgram, serveLibrary } from './library-process/serve-library.ts';
import { hardenProcess } from './process/harden-process.ts';

/** Each is loaded only where it is run. */
const programs: Readonly<Record<string, () => Promise<OpenLibraryProgram>>> = {
  [pkcs11Program]: async () => (await import('./key-stores/pkcs11/library/pkcs11-program.ts')).openPkcs11,
  [middlewareProgram]: async () =>
    (await import('./authenticators/middleware/library/open-middleware.ts')).openMiddleware,
};

const [, , name = '', parentPid] = process.argv;
// Electron ends its processes itself, and starts them from a thread that goes; on Windows the job that we are in ends us.
if (parentPid !== undefined) endWithParent(Number(parentPid));
await hardenProcess({});
const open = Object.hasOwn(programs, name) ? await programs[name]?.() : undefined;
if (open === undefined) process.exit(1);
serveLibrary(open);
