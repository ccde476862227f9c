// Scripts of ours: what they name is packed, too, and they name nothing of the computer that they were built on.
import { posix } from 'node:path';

/** With what V8 has compiled of them. */
const isOurs = (path: string) => /\b(main|preload|renderer\/\w+)\/[\w-]+\.c?js(\.compiled)?$/.test(path);

/** What a file names, beside itself or as a package. */
const references =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.later)?\(\s*|\bnew URL\(\s*)["'`]([\w@./:-]+)["'`]/g;

/** What there is wherever it runs, and what is packed beside it. */
const packages = /^(node:\w+(\/\w+)?|url|electron|koffi)$/;

/** One sentence for each file or package that a script of ours needs and that is not among `paths`. */
export function scriptProblems(path: string, bytes: Buffer, paths: readonly string[]): string[] {
  if (!isOurs(path)) return [];
  const text = bytes.toString('utf8');
  const named = [...new Set([...text.matchAll(references)].map(([, name = '']) => name))];
  const missing = named.filter((name) =>
    name.startsWith('.') ? !paths.includes(posix.join(posix.dirname(path), name)) : !packages.test(name),
  );
  return [
    ...missing.map((name) => `${path} needs ${name}, which is missing`),
    ...(bytes.includes(process.cwd()) ? [`${path} names the folder that it was built in`] : []),
    ...(/\bsourceMappingURL=/.test(text) ? [`${path} names a source map`] : []),
  ];
}
