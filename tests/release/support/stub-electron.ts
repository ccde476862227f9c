// Electron as electron-builder takes it unpacked, where the real one can't be had: a program with what packing changes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** electron-builder's own libraries, by which it reads and writes programs. */
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const parts = createRequire(builder.resolve('app-builder-lib/package.json'));
interface Executable {
  generate(): ArrayBuffer;
}
interface Resources {
  readonly entries: unknown[];
  outputResource(executable: Executable): void;
}
const { NtExecutable, NtExecutableResource, Resource } = parts('resedit') as {
  NtExecutable: { from(bytes: Uint8Array): Executable };
  NtExecutableResource: { from(executable: Executable): Resources };
  Resource: {
    VersionInfo: {
      create(
        language: number,
        fixed: object,
        strings: readonly object[],
      ): { outputToResourceEntries(entries: unknown[]): void };
    };
  };
};

/** What stands before the fuses in Electron: node_modules/@electron/fuses/dist/constants.js. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** Version 1 of the wire, and its nine fuses as Electron 45 is released with them. */
const fuses = Buffer.concat([Buffer.from(sentinel), Buffer.from([1, 9]), Buffer.from('101100011')]);

const machines = { x64: 0x8664, arm64: 0xaa64 };
const [headersLength, alignment, sectionAddress] = [0x200, 0x200, 0x1000];

/** A program of one section, which has the fuses, in the PE format of 64 bits. */
function emptyProgram(arch: keyof typeof machines): Buffer {
  const file = Buffer.alloc(headersLength + alignment);
  file.write('MZ', 0, 'latin1');
  file.writeUInt32LE(0x40, 0x3c);
  file.write('PE\0\0', 0x40, 'latin1');
  const coff = 0x44;
  file.writeUInt16LE(machines[arch], coff);
  file.writeUInt16LE(1, coff + 2); // sections
  file.writeUInt16LE(240, coff + 16); // bytes of the optional header
  file.writeUInt16LE(0x22, coff + 18); // a program, of large addresses
  const optional = coff + 20;
  file.writeUInt16LE(0x20b, optional);
  file.writeBigUInt64LE(0x140000000n, optional + 24);
  file.writeUInt32LE(0x1000, optional + 32);
  file.writeUInt32LE(alignment, optional + 36);
  file.writeUInt16LE(6, optional + 48);
  file.writeUInt32LE(0x2000, optional + 56); // size in memory
  file.writeUInt32LE(headersLength, optional + 60);
  file.writeUInt16LE(2, optional + 68); // with windows
  file.writeUInt32LE(16, optional + 108); // data directories
  const section = optional + 240;
  file.write('.rdata', section, 'latin1');
  file.writeUInt32LE(alignment, section + 8);
  file.writeUInt32LE(sectionAddress, section + 12);
  file.writeUInt32LE(alignment, section + 16);
  file.writeUInt32LE(headersLength, section + 20);
  file.writeUInt32LE(0x40000040, section + 36); // initialized data that is read
  fuses.copy(file, headersLength);
  return file;
}

/** Makes `dir` an Electron for Windows on `arch` that nobody can start. */
export function makeStubElectron(dir: string, arch: keyof typeof machines): void {
  const program = NtExecutable.from(emptyProgram(arch));
  const resources = NtExecutableResource.from(program);
  const [lang, codepage] = [1033, 1200];
  const strings = { FileDescription: 'Electron', ProductName: 'Electron' };
  const version = Resource.VersionInfo.create(lang, {}, [{ lang, codepage, values: strings }]);
  version.outputToResourceEntries(resources.entries);
  resources.outputResource(program);
  mkdirSync(join(dir, 'resources'), { recursive: true });
  mkdirSync(join(dir, 'locales'));
  writeFileSync(join(dir, 'electron.exe'), Buffer.from(program.generate()));
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version', 'locales/en-US.pak', 'ffmpeg.dll'])
    writeFileSync(join(dir, name), name);
}
