// The bill of materials: valid CycloneDX, of everything that is packed, and the same each time.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onceMade, unpackPackage } from '../../scripts/npm-package.mjs';
import { findPacked, readPackedProgram } from '../../scripts/release/packed-program.ts';
import { billOfMaterials } from '../../scripts/release/sbom.ts';
import { type PackedPrograms, packPrograms, withFile } from './support/packed.ts';

// electron-builder's own.
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { default: Ajv } = createRequire(builder.resolve('app-builder-lib/package.json'))('ajv') as {
  default: new (
    options: object,
  ) => {
    addSchema(schema: object, id: string): void;
    compile(schema: object): ((value: unknown) => boolean) & { errors?: unknown };
  };
};

/** The schemas, as those who make the format publish them. */
function validator() {
  const spec = '@cyclonedx/cyclonedx-library@10.3.0';
  const dir = onceMade(resolve('.cache/packages', spec.replace('/', '-')), (making) =>
    unpackPackage(spec, making),
  );
  const schema = (name: string) =>
    JSON.parse(readFileSync(join(dir, 'res/schema', `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;
  // Formats such as e-mail addresses need a package more, and nothing of ours has one.
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  return ajv.compile(schema('bom-1.6'));
}

interface Bill {
  components: { name: string; version?: string; hashes: { content: string }[]; licenses?: unknown }[];
}

let packed: PackedPrograms;
const programs = () =>
  (['x64', 'arm64'] as const).map((arch) =>
    readPackedProgram(packed.unpacked(arch), { arch, hasCommand: true }),
  );
const written = () => readFileSync(join(packed.dir, 'release/sbom.json'), 'utf8');
beforeAll(() => {
  packed = packPrograms();
}, 180_000);
afterAll(() => packed?.[Symbol.dispose]());

it('is valid, and what is wrong would not be', () => {
  const isValid = validator();
  const bill = JSON.parse(written()) as Bill;
  expect(isValid(bill), JSON.stringify(isValid.errors)).toBe(true);
  expect(isValid({ ...bill, bomFormat: 'SPDX' })).toBe(false);
  expect(
    isValid({ ...bill, components: [{ ...bill.components[0], licenses: [{ license: { id: 'Mine' } }] }] }),
  ).toBe(false);
  expect(
    isValid({ ...bill, components: [{ ...bill.components[0], hashes: [{ alg: 'SHA-256', content: 'x' }] }] }),
  ).toBe(false);
});

it('names what is bundled, Electron, node.exe and koffi for both processors, each with a hash', () => {
  const { components } = JSON.parse(written()) as Bill;
  const named = components.map(({ name, version }) => (version ? `${name}@${version}` : name));
  for (const name of [
    'react-dom',
    'scheduler',
    '@noble/hashes',
    'koffi',
    '@koromix/koffi-win32-arm64',
    'electron',
  ])
    expect(named).toContainEqual(expect.stringMatching(new RegExp(`^${name}@\\d`)));
  expect(named.filter((name) => /koffi-linux|vitest|typescript|node-linux/.test(name))).toEqual([]);
  expect(components.filter(({ hashes }) => !/^[0-9a-f]{64,128}$/.test(hashes[0]?.content ?? ''))).toEqual([]);
  for (const program of programs()) {
    const path = 'resources/cli/program/node.exe';
    const hash = createHash('sha256')
      .update(findPacked(program, path)?.read() ?? '')
      .digest('hex');
    expect(components).toContainEqual(
      expect.objectContaining({
        name: `${program.arch}/${path}`,
        hashes: [{ alg: 'SHA-256', content: hash }],
      }),
    );
  }
});

it('is the same for the same programs, and another for others', () => {
  const [x64, arm64] = programs();
  expect(billOfMaterials([x64!, arm64!])).toBe(written());
  expect(billOfMaterials([withFile(x64!, 'Sallyport.exe', 'MZ'), arm64!])).not.toBe(written());
});
