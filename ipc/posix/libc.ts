// The C library of this process, reached through koffi. Loaded at the first call, so that importing a
// file of this folder costs and breaks nothing on other systems.
import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { LibraryHandle } from 'koffi';

type LibcFunction = ReturnType<LibraryHandle['func']>;

let koffi: typeof import('koffi') | undefined;
let libc: LibraryHandle | undefined;
const functions = new Map<string, LibcFunction>();

/**
 * A function of the C library by its C declaration, for example `int getpgrp(void)`.
 * @throws when koffi has no build for this system or the symbol is missing.
 */
export function libcFunction(declaration: string): LibcFunction {
  let found = functions.get(declaration);
  if (!found) {
    libc ??= loadLibc();
    found = libc.func(declaration);
    functions.set(declaration, found);
  }
  return found;
}

/** errno of the latest call of a function of this file on this thread. */
export function lastErrorNumber(): number | undefined {
  return koffi?.errno();
}

/** Where the name of the loader lies in each program that was linked in the common way. */
const headBytes = 2048;

/** Whether this program runs on glibc, as its own file says: with the name of the loader that it wants, as in koffi. */
function runsOnGlibc(): boolean {
  const head = Buffer.alloc(headBytes);
  const file = openSync(process.execPath, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  return head.includes('/ld-linux-');
}

/**
 * The part of koffi for this system, without the rest, which takes longer to look for that part than to load it. Where
 * packages lie otherwise than npm puts them, or the C library is another, koffi finds it.
 */
function loadKoffi(): typeof import('koffi') {
  const requireHere = createRequire(import.meta.url);
  const system = `${process.platform}_${process.arch}`;
  const folder = `@koromix/koffi-${process.platform}-${process.arch}`;
  try {
    if (runsOnGlibc()) return requireHere(`${folder}/${system}/koffi.node`) as typeof import('koffi');
  } catch {}
  try {
    return requireHere(folder) as typeof import('koffi');
  } catch {
    return requireHere('koffi') as typeof import('koffi');
  }
}

function loadLibc(): LibraryHandle {
  koffi = loadKoffi();
  // SAFETY: null names the running program, which has the C library linked in already.
  return koffi.load(null);
}
