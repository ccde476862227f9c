// Puts the stand-in for ncrypt.dll where Windows' own is, for the programs that are told of it; Wine's comes back at the end.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { projectDir } from '../lane/paths.ts';
import { putStandInDll } from '../lane/stand-in-dll.ts';
import { closedPath, compileWindowsDll, prefixDir } from '../lane/windows-program.ts';

/** One call of which it has written down how it was asked. */
export interface NotedCall {
  readonly call: 'sign' | 'finalize' | 'delete';
  /** 0: software, 1: TPM, 2: smart card, 3: Windows Hello. */
  readonly home: number;
  readonly name: string;
  readonly window: number;
  readonly context: string;
  readonly gesture: number;
  readonly cache: number;
  readonly usage: number;
  readonly silent: boolean;
}

export interface NcryptStandIn {
  readonly env: Record<string, string>;
  /** What it does from now on; left out: its work. */
  answer(text?: string): void;
  readonly calls: readonly NotedCall[];
  /** From now on there is the key that Windows makes when somebody sets up Windows Hello. */
  addHelloLogon(): void;
  /** A software key as another program's, under its name: the same as that of this name. */
  addKeyOfOthers(name: string, sameAs: string): void;
  /** How many keys there are whose names have this in them. */
  keysOf(part: string): number;
  remove(): void;
}

/** As the stand-in names its files. */
const digits = (name: string) =>
  [...name].map((character) => character.charCodeAt(0).toString(16).padStart(4, '0')).join('');

export function installNcryptStandIn(): NcryptStandIn {
  const keys = closedPath(`keys-${Date.now()}`);
  mkdirSync(keys.unix);
  const dll = compileWindowsDll(join(projectDir, 'tests/wine/clients/ncrypt-stand-in.c'), ['bcrypt']);
  const takeAway = putStandInDll(prefixDir(), 'ncrypt.dll', dll);
  const at = (name: string) => join(keys.unix, name);
  return {
    env: { SALLYPORT_TEST_KEYS: keys.windows, WINEDLLOVERRIDES: 'mscoree,mshtml=;ncrypt=n' },
    answer(text) {
      if (text === undefined) rmSync(at('answer.txt'), { force: true });
      else writeFileSync(at('answer.txt'), text);
    },
    get calls() {
      if (!existsSync(at('log.txt'))) return [];
      const lines = readFileSync(at('log.txt'), 'utf8').split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line) as NotedCall);
    },
    addHelloLogon: () => writeFileSync(at(`3-${digits('S-1-5-21//login/key')}.key`), ''),
    addKeyOfOthers: (name, sameAs) =>
      copyFileSync(at(`0-${digits(sameAs)}.key`), at(`0-${digits(name)}.key`)),
    keysOf: (part) => readdirSync(keys.unix).filter((name) => name.includes(digits(part))).length,
    remove() {
      takeAway();
      rmSync(keys.unix, { recursive: true, force: true });
    },
  };
}
