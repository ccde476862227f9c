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

const LENGTH_BYTES = 4;
/** What a disk writes all or nothing of, or a multiple of it. */
const SECTOR_BYTES = 512;

/**
 * SECURITY: what V8 has compiled is code, and V8 takes it without looking whether it was made from this source. So it
 * is read from nowhere but the folder of the code itself, where who could change it could change the code; Node's own
 * cache (NODE_COMPILE_CACHE), whose folder is anybody's choice, has no say in scripts that are compiled here. The name
 * of a file with such a companion contains a hash of its source, so that no code runs for a source that it isn't.
 */
export const compiledPath = (file: string): string => `${file}.compiled`;

/**
 * The content of that file: what was compiled, twice, and its length. V8 looks at the first bytes alone: with a page of zeros
 * further on, which a power failure may leave, it crashes, or runs forever. So it is compared with itself, which takes a tenth of
 * the time that loading node:zlib for a sum would take. Half a sector lies between the two, so that sectors of zeros in both, wherever
 * they are, leave a difference, or nothing but zeros, which V8 refuses.
 */
export function compiledContent(compiled: Uint8Array): Uint8Array {
  const { length } = compiled;
  const padding = (SECTOR_BYTES + SECTOR_BYTES / 2 - (length % SECTOR_BYTES)) % SECTOR_BYTES;
  const end = Buffer.alloc(LENGTH_BYTES);
  end.writeUint32LE(length);
  return Buffer.concat([compiled, Buffer.alloc(padding), compiled, end]);
}

/** As a text of its own: V8 keeps the whole path for one that is cut from it, and would write that, too. */
const nameAlone = (file: string): string => Buffer.from(basename(file)).toString();

/** Undefined: it was not compiled before, or is damaged, and is compiled now, bit by bit. */
function compiledBefore(file: string): Buffer | undefined {
  try {
    const content = readFileSync(compiledPath(file));
    const end = content.length - LENGTH_BYTES;
    const length = content.readUint32LE(end);
    const compiled = content.subarray(0, length);
    return length > 0 && 2 * length <= end && compiled.equals(content.subarray(end - length, end))
      ? compiled
      : undefined;
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
