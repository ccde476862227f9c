// `node record-compiled.mjs FOLDER ARGUMENTS…`: runs the command that was built there, and writes beside its files what
// V8 has compiled of them meanwhile. All else of them is compiled when it is called, as ever.
import '../main/process/take-debug-signal.ts';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { compiledContent, compiledPath, loadProgram } from '../main/process/load-program.ts';

// Started with a seed of its own (compile-ahead.mjs), it says that it has none: V8 compares the flags, and has used the seed.
setFlagsFromString('--hash-seed=0');
const [, , folder, ...args] = process.argv;
const path = resolve(folder, 'command.cjs');
const scripts = new Map();
process.argv = [process.execPath, path, ...args];
process.on('exit', () => {
  // V8 takes it in a process with the same flags only: here those that the agent has changed are as at the start.
  setFlagsFromString('--concurrent-array-buffer-sweeping');
  setFlagsFromString('--semi-space-growth-factor=2');
  for (const [file, script] of scripts)
    if (file !== path) writeFileSync(compiledPath(file), compiledContent(script.createCachedData()));
});
loadProgram(path, (file, script) => {
  if (script.cachedDataRejected) throw new Error(`V8 does not take what it has compiled of ${file}`);
  scripts.set(file, script);
});
