// The bill of materials of a release, in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/, read 2026-11-28). `npm sbom` knows
// neither Electron nor node.exe, names koffi for every system, and writes another number and time at each run.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { nodes } from '../command-folder.mjs';
import { type Dependency, lockedDependency, packedDependencies } from './dependencies.ts';
import { executablesOf, type PackedProgram } from './packed-program.ts';

interface Hash {
  readonly alg: 'SHA-256' | 'SHA-512';
  readonly content: string;
}

interface Component {
  readonly type: 'library' | 'framework' | 'file';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly licenses?: readonly [{ readonly license: { readonly id: string } }];
  readonly hashes: readonly Hash[];
}

const ofNpm = (name: string, version: string) => `pkg:npm/${name.replace('@', '%40')}@${version}`;
const sha512 = (integrity: string): Hash => ({
  alg: 'SHA-512',
  content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex'),
});

function library({ name, version, licence, integrity }: Dependency): Component {
  const purl = ofNpm(name, version);
  const licenses = [{ license: { id: licence } }] as const;
  return { type: 'library', 'bom-ref': purl, name, version, purl, licenses, hashes: [sha512(integrity)] };
}

function electron(version: string, archs: readonly string[]): Component[] {
  const checksums = JSON.parse(readFileSync('node_modules/electron/checksums.json', 'utf8')) as Record<
    string,
    string
  >;
  return archs.map((arch) => {
    const purl = `pkg:github/electron/electron@v${version}?arch=${arch}`;
    const content = checksums[`electron-v${version}-win32-${arch}.zip`] ?? '';
    const licenses = [{ license: { id: 'MIT' } }] as const;
    const hashes = [{ alg: 'SHA-256', content }] as const;
    return { type: 'framework', 'bom-ref': purl, name: 'electron', version, purl, licenses, hashes };
  });
}

/** Programs and native libraries, by the bytes that were packed. */
const files = (program: PackedProgram): Component[] =>
  executablesOf(program)
    .filter(({ path }) => /\.(exe|node)$/.test(path))
    .map(({ path, read }) => ({
      type: 'file',
      'bom-ref': `${program.arch}/${path}`,
      name: `${program.arch}/${path}`,
      hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(read()).digest('hex') }],
    }));

/** Of the programs that were packed, one for a processor. The same text for the same bytes. */
export function billOfMaterials(programs: readonly PackedProgram[]): string {
  const { name, version, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly devDependencies: { readonly electron: string };
  };
  const archs = programs.map(({ arch }) => arch);
  const node = archs.map((arch): Dependency => {
    const { spec, integrity } = nodes[arch];
    const [packageName = '', nodeVersion = ''] = spec.split('@');
    return { name: packageName, version: nodeVersion, licence: 'MIT', integrity };
  });
  const components = [
    ...electron(devDependencies.electron, archs),
    ...[
      ...packedDependencies(),
      ...archs.map((arch) => lockedDependency(`@koromix/koffi-win32-${arch}`)),
      ...node,
    ].map(library),
    ...programs.flatMap(files),
  ];
  const ours = ofNpm(name, version);
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': ours,
        name,
        version,
        purl: ours,
        licenses: [{ license: { id: 'MIT' } }],
      },
    },
    components,
    dependencies: [{ ref: ours, dependsOn: components.map((component) => component['bom-ref']) }],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}
