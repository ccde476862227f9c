// In what Rolldown has bundled as CommonJS, modules of Node's own and the part "late" are loaded where something of them is
// first used.

const builtin = /^let (node_\w+) = require\("(node:[\w/]+)"\);$/gm;
const latePart = /^const (require_late) = require\("(\.\/late-[^"]+)"\);$/gm;

/**
 * The code of a chunk in which each `let node_net = require("node:net")` is a function that loads it once, and each use a
 * call of that; and so for the part "late", which main/process/load-program.ts keeps at hand.
 * @throws where a module is used in another way than by a name of it
 */
export function loadLate(code) {
  const names = new Set();
  const declared = code
    .replace(builtin, (_, name, id) => {
      names.add(name);
      return `let loaded_${name};\nfunction ${name}() {\n\treturn loaded_${name} ??= require("${id}");\n}`;
    })
    .replace(latePart, (_, name, id) => {
      names.add(name);
      return `const ${name} = require.later("${id}");`;
    });
  let late = declared;
  for (const name of names) {
    late = late
      .replaceAll(new RegExp(`\\bnew ${name}\\.(\\w+)`, 'g'), `new (${name}().$1)`)
      .replaceAll(new RegExp(`\\b${name}\\.(?!later)`, 'g'), `${name}().`);
    if (new RegExp(`\\b${name}\\b(?!\\(\\)| = require\\.later)`).test(late))
      throw new Error(`${name} is used as a whole`);
  }
  return late;
}
