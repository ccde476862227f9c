// What is packed as it lies in the sources: where it differs, it is of something else.
import { readFileSync } from 'node:fs';
import { archivePath, commandPath, findPacked, type PackedProgram } from '../packed-program.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly main: string;
}

const identity = ({ name, version, type, main }: Manifest) => `${name} ${version} ${type} ${main}`;

/** One sentence for each file that is not that of the sources in the working directory. */
export function sourceProblems(program: PackedProgram): string[] {
  const licence = readFileSync('LICENSE', 'utf8');
  const command = readFileSync('build/sallyport.cmd', 'utf8').replace(/\r?\n/g, '\r\n');
  const texts = [
    [`${archivePath}/LICENSE`, licence],
    [`${commandPath}/program/LICENSE.txt`, licence],
    [`${commandPath}/sallyport.cmd`, command],
  ] as const;
  const manifest = findPacked(program, `${archivePath}/package.json`);
  const ours = identity(JSON.parse(readFileSync('package.json', 'utf8')));
  const packed = manifest && identity(JSON.parse(manifest.read().toString('utf8')));
  return [
    ...texts.flatMap(([path, text]) => {
      const file = findPacked(program, path);
      return file === undefined || file.read().equals(Buffer.from(text))
        ? []
        : [`${path} is not that of the sources`];
    }),
    ...(packed === undefined || packed === ours
      ? []
      : [`${manifest?.path} is of “${packed}”, not “${ours}”`]),
  ];
}
