// Loads a program that scripts/build.mjs has bundled as CommonJS, with what V8 has compiled of it before.

interface Module {
  exports: unknown;
}

interface Require {
  (id: string): unknown;
  /** For a file of this folder: loaded at the first call of what is returned. */
  readonly later: (id: string) => () => unknown;
}
type Run = (exports: unknown, require: Require, module: Module, filename: string) => void;

/**
 * Told of each script, before it runs. What V8 compiles of scripts that are watched names them without their folder, which
 * is that of whoever builds; whoever reads it has another, and V8 takes that.
 */
export type OnScript = (file: string, script: import('node:vm').Script) => void;

// Not imported: an ES module that imports node:fs loads all that it could ask of it, streams and promises among it.
const { closeSync, openSync, readFileSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { basename, dirname, join } = process.getBuiltinModule('node:path');
const { Script } = process.getBuiltinModule('node:vm');

const SUM_BYTES = 4;
/** A sector of a disk, which is there or isn't, has eight words that are summed up. */
const WORDS_APART = 16;

/**
 * SECURITY: what V8 has compiled is code, and V8 takes it without looking whether it was made from this source. So it
 * is read from nowhere but the folder of the code itself, where who could change it could change the code; Node's own
 * cache (NODE_COMPILE_CACHE), whose folder is anybody's choice, has no say in scripts that are compiled here. The name
 * of a file with such a companion contains a hash of its source, so that no code runs for a source that it isn't.
 */
export const compiledPath = (file: string): string => `${file}.compiled`;

/**
 * A sum of the length and of a word in each 64 bytes, which tells whether sectors are missing: it takes a third of the time that
 * loading node:zlib for a sum of all would take.
 */
function sumOf({ buffer, byteOffset, length }: Uint8Array): number {
  const words = new Int32Array(buffer, byteOffset, length >>> 2);
  let sum = length;
  for (let at = 0; at < words.length; at += WORDS_APART)
    sum = (Math.imul(sum, 31) + (words[at] as number)) | 0;
  return sum;
}

/**
 * The content of that file. With a sum at its end, since V8 looks at the first bytes alone: with a page of zeros further
 * on, which a power failure may leave, it crashes, or runs forever.
 */
export function compiledContent(compiled: Uint8Array): Uint8Array {
  const content = Buffer.alloc(compiled.length + SUM_BYTES);
  content.set(compiled);
  content.writeInt32LE(sumOf(content.subarray(0, -SUM_BYTES)), compiled.length);
  return content;
}

/** As a text of its own: V8 keeps the whole path for one that is cut from it, and would write that, too. */
const nameAlone = (file: string): string => Buffer.from(basename(file)).toString();

/** Undefined: it was not compiled before, or is damaged, and is compiled now, bit by bit. */
function compiledBefore(file: string): Buffer | undefined {
  try {
    const content = readFileSync(compiledPath(file));
    const compiled = content.subarray(0, -SUM_BYTES);
    return content.readInt32LE(compiled.length) === sumOf(compiled) ? compiled : undefined;
  } catch {
    return undefined;
  }
}

/**
 * An agent may run for months, while an upgrade removes its files: what it is to load later is opened before. On Windows an open
 * file would keep its folder from being replaced, as the libraries that run from there do.
 */
const openForLater = (file: string) => (process.platform === 'win32' ? undefined : openSync(file, 'r'));

/** Runs a file and what it requires of its folder, each once. Other versions of Node.js compile it all themselves. */
export function loadProgram(path: string, onScript?: OnScript): void {
  const requireOther = createRequire(path);
  const loaded = new Map<string, Module>();
  const load = (file: string, readFrom: string | number = file): unknown => {
    const known = loaded.get(file);
    if (known) return known.exports;
    const module: Module = { exports: {} };
    const cachedData = compiledBefore(file);
    // scripts/build.mjs writes ASCII, and a function around it: nothing is decoded or put together here.
    const source = readFileSync(readFrom, 'latin1');
    // What can't be read is told so each time, rather than be there without anything in it.
    loaded.set(file, module);
    const filename = onScript ? nameAlone(file) : file;
    const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
    onScript?.(file, script);
    const run = script.runInThisContext() as Run;
    run(module.exports, requireHere, module, file);
    return module.exports;
  };
  const fileOf = (id: string) => join(dirname(path), id);
  const requireHere: Require = Object.assign(
    (id: string) => (id.startsWith('./') ? load(fileOf(id)) : requireOther(id)),
    {
      later: (id: string) => {
        const file = fileOf(id);
        let open = openForLater(file);
        let exports: unknown;
        const loadFirst = () => {
          const readFrom = open;
          open = undefined;
          try {
            return load(file, readFrom);
          } finally {
            if (readFrom !== undefined) closeSync(readFrom);
          }
        };
        return () => {
          exports ??= loadFirst();
          return exports;
        };
      },
    },
  );
  load(path);
}
