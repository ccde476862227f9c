// `npm run release:assets -- --repository URL`: what a release publishes, in one folder: programs, the command, the bill
// of materials, manifests for winget and Scoop, and SHA256SUMS of all of it.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256Of, writeChecksums } from './checksums.mjs';
import { commandName, programName, scoopManifest, wingetManifest } from './manifests.mjs';

const { values } = parseArgs({
  options: { repository: { type: 'string' }, from: { type: 'string', default: 'release' } },
});

/** Where `npm run dist`, `npm run pack` and the bill of materials leave their files below release/. */
const paths = [
  ...['x64', 'arm64'].flatMap((arch) =>
    ['setup', 'portable'].map((kind) => join(arch, programName(arch, kind))),
  ),
  commandName,
  'sbom.json',
];

function makeAssets(repository, from) {
  // Links in manifests lead there: a mistake would be published with them.
  if (!/^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+$/.test(repository ?? ''))
    throw new Error('where is it published? Add --repository https://github.com/OWNER/NAME');
  const missing = paths.filter((path) => !existsSync(join(from, path)));
  if (missing.length > 0) throw new Error(`${from} lacks ${missing.join(', ')}`);
  const to = join(from, 'published');
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  for (const path of paths) copyFileSync(join(from, path), join(to, basename(path)));
  const sums = Object.fromEntries(readdirSync(to).map((name) => [name, sha256Of(join(to, name))]));
  const manifests = { ...wingetManifest(repository, sums), ...scoopManifest(repository, sums) };
  for (const [name, text] of Object.entries(manifests)) writeFileSync(join(to, name), text);
  writeChecksums(to);
  return to;
}

try {
  const to = makeAssets(values.repository, values.from);
  console.log(`To be published, in ${to}:\n${readdirSync(to).join('\n')}`);
} catch (error) {
  console.error(`No release: ${error.message}.`);
  process.exitCode = 1;
}
