// What a build makes of the modules of Node's own in a bundled file.
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { loadLate } from '../scripts/load-late.mjs';

/** Runs it with a `require` of ours. Returns what it has required, in order. */
function run(code: string): string[] {
  const required: string[] = [];
  const modules = { sum: (a: number, b: number) => a + b, Made: class {} };
  const require = Object.assign(
    (id: string) => {
      required.push(id);
      return modules;
    },
    { later: (id: string) => () => require(id) },
  );
  runInNewContext(loadLate(code), { require, required });
  return required;
}

describe('a module of Node.js', () => {
  it('is loaded where something of it is first used, and once', () => {
    const code = `let node_crypto = require("node:crypto");
let node_fs_promises = require("node:fs/promises");
required.push("begun");
(0, node_crypto.sum)(1, 2); new node_crypto.Made(3); node_crypto.sum;
required.push("used");`;
    expect(run(code)).toEqual(['begun', 'node:crypto', 'used']);
  });

  it('may have a name that begins as another one', () => {
    const code = `let node_fs = require("node:fs");
let node_fs_promises = require("node:fs/promises");
(0, node_fs_promises.sum)(1, 2);`;
    expect(run(code)).toEqual(['node:fs/promises']);
  });

  it('is no module of others', () => {
    expect(run(`const koffi = require("koffi"); const require_agent = require("./agent-1.cjs");`)).toEqual([
      'koffi',
      './agent-1.cjs',
    ]);
  });

  it('stops the build where it is handed on as a whole', () => {
    expect(() => loadLate('let node_fs = require("node:fs");\nuse(node_fs);')).toThrow('node_fs');
  });
});

describe('the late part', () => {
  it('is loaded where something of it is first used', () => {
    const code = `const require_late = require("./late-12345678.cjs");
required.push("begun");
require_late.sum(1, 2); new require_late.Made();`;
    expect(run(code)).toEqual(['begun', './late-12345678.cjs', './late-12345678.cjs']);
  });
});
