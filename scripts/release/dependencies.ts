// What of other people's is in our scripts, or packed beside them: by package-lock.json, from what package.json names.
import { readdirSync, readFileSync } from 'node:fs';

export interface Dependency {
  readonly name: string;
  readonly version: string;
  /** As SPDX names it. */
  readonly licence: string;
  /** `sha512-` and the hash of its archive, in base64. */
  readonly integrity: string;
}

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

const lockedPackages = () =>
  readJson<{ packages: Readonly<Record<string, LockedPackage>> }>('package-lock.json').packages;

/** One package as it is locked. Throws when it is not, or says no licence. */
export function lockedDependency(name: string, packages = lockedPackages()): Dependency {
  const { version, license, integrity } = packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new Error(`${name} is not in package-lock.json`);
  if (license === undefined) throw new Error(`${name} has no licence`);
  return { name, version, licence: license, integrity };
}

/** All that the program needs when it runs, without native libraries, of which each system has its own. Sorted by name. */
export function packedDependencies(): Dependency[] {
  const packages = lockedPackages();
  const wanted = Object.keys(packages['']?.dependencies ?? {});
  // Grows meanwhile.
  for (const name of wanted)
    for (const inner of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {}))
      if (!wanted.includes(inner)) wanted.push(inner);
  return wanted.sort().map((name) => lockedDependency(name, packages));
}

const heading = ({ name, version, licence }: Dependency) => `${name} ${version} (${licence})`;

/** The licences that these packages come with, one after another. Throws when one comes without. */
export function licenceTexts(dependencies: readonly Dependency[]): string {
  const texts = dependencies.map((dependency) => {
    const dir = `node_modules/${dependency.name}`;
    const file = readdirSync(dir).find((name) => /^licen[cs]e(\.\w+)?$/i.test(name));
    if (file === undefined) throw new Error(`${dependency.name} comes without the text of its licence`);
    return `${heading(dependency)}\n\n${readFileSync(`${dir}/${file}`, 'utf8').trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(78)}\n\n`).replaceAll('\r\n', '\n');
}

/** One sentence for each package whose licence a text does not have. */
export const licenceProblems = (text: string, dependencies = packedDependencies()): string[] =>
  dependencies
    .filter((each) => !text.includes(heading(each)))
    .map((each) => `no licence of ${heading(each)}`);
