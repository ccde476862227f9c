// How large each part of what is packed may be: build/package-sizes.json. A part that grows does so because somebody said so.
import { readFileSync, writeFileSync } from 'node:fs';
import { archivePath, commandPath, type PackedProgram } from './packed-program.ts';

const file = 'build/package-sizes.json';

/** What a part may grow without being told: new code comes daily, a library twice or a page unminified does not. */
const tolerance = 1.02;

/** Bytes by the name of the part. */
type Sizes = Readonly<Record<string, number>>;

const parts: readonly (readonly [string, RegExp])[] = [
  ['node.exe', new RegExp(`^${commandPath}/program/node\\.exe$`)],
  ['the rest of the command', new RegExp(`^${commandPath}/`)],
  ['main process', new RegExp(`^${archivePath}/dist/main/`)],
  ['preload', new RegExp(`^${archivePath}/dist/preload/`)],
  ['pages', new RegExp(`^${archivePath}/dist/renderer/`)],
  ['koffi', new RegExp(`^${archivePath}/node_modules/`)],
];

/** Electron's own files are not counted: they are as large as its version is. */
export function partSizes({ files }: PackedProgram): Sizes {
  const sizes: Record<string, number> = {};
  for (const { path, size } of files) {
    const part = parts.find(([, pattern]) => pattern.test(path));
    if (part !== undefined) sizes[part[0]] = (sizes[part[0]] ?? 0) + size;
  }
  return sizes;
}

function readSizes(): Record<string, Sizes> {
  return JSON.parse(readFileSync(file, 'utf8'));
}

const inKilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** One sentence for each part of `packed` (x64, arm64 or npm) that has grown, or that nobody has set a size for. */
export function sizeProblems(packed: string, sizes: Sizes, budgets = readSizes()): string[] {
  const command = `npm run ${packed === 'npm' ? 'pack --' : 'dist -- --dir'} --set-sizes`;
  const budget = budgets[packed] ?? {};
  return Object.entries(sizes).flatMap(([part, bytes]) => {
    const set = budget[part];
    if (set !== undefined && bytes <= set * tolerance) return [];
    const was =
      set === undefined ? 'has no size that is set' : `has grown by over 2 % from ${inKilobytes(set)}`;
    return [`${packed}, ${part}: ${inKilobytes(bytes)}, ${was}; “${command}” sets it anew in ${file}`];
  });
}

/** Makes what there is now what there may be. */
export function setSizes(packed: string, sizes: Sizes): void {
  writeFileSync(file, `${JSON.stringify({ ...readSizes(), [packed]: sizes }, null, 2)}\n`);
}
