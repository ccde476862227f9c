// Scripts of ours: what they name is packed, too, and they name nothing of the computer that they were built on.
import { posix } from 'node:path';

/** With what V8 has compiled of them. */
const isOurs = (path: string) => /\b(main|preload|renderer\/\w+)\/[\w-]+\.c?js(\.compiled)?$/.test(path);

/** What a file names, beside itself or as a package. */
const references =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.later)?\(\s*|\bnew URL\(\s*)["'`]([\w@./:-]+)["'`]/g;

/** What there is wherever it runs, and what is packed beside it. */
const packages = /^(node:\w+(\/\w+)?|url|electron|koffi)$/;

const namesIn = (text: string) => [...new Set([...text.matchAll(references)].map(([, name = '']) => name))];

/**
 * One sentence for each script that no other names, such as one of a build before; `started` are those that are found by
 * their names. The command's folder has some that only the tray's scripts name, so that those count wherever they are.
 */
export function strayScripts(
  files: readonly { readonly path: string; read(): Buffer }[],
  started: readonly string[],
): string[] {
  const scripts = files.filter(({ path }) => isOurs(path) && !path.endsWith('.compiled'));
  const named = new Set(
    scripts.flatMap(({ path, read }) =>
      namesIn(read().toString('utf8'))
        .map((name) => posix.basename(name))
        .filter((name) => name !== posix.basename(path)),
    ),
  );
  return scripts
    .filter(({ path }) => !started.includes(path) && !named.has(posix.basename(path)))
    .map(({ path }) => `${path} is loaded by nothing`);
}

/** One sentence for each file or package that a script of ours needs and that is not among `paths`. */
export function scriptProblems(path: string, bytes: Buffer, paths: readonly string[]): string[] {
  if (!isOurs(path)) return [];
  const text = bytes.toString('utf8');
  const missing = namesIn(text).filter((name) =>
    name.startsWith('.') ? !paths.includes(posix.join(posix.dirname(path), name)) : !packages.test(name),
  );
  return [
    ...missing.map((name) => `${path} needs ${name}, which is missing`),
    ...(bytes.includes(process.cwd()) ? [`${path} names the folder that it was built in`] : []),
    ...(/\bsourceMappingURL=/.test(text) ? [`${path} names a source map`] : []),
  ];
}
