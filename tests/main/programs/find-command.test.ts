// Where the command for people's texts is: in the package, beside the sources, or nowhere.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCommand } from '../../../main/programs/find-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'sallyport-command-'));
const packed = {
  node: join(dir, 'resources/cli/program/node.exe'),
  script: join(dir, 'resources/cli/program/main/cli.js'),
};
const built = { node: process.execPath, script: join(dir, 'dist/main/cli.js') };
const places = {
  isPackaged: true,
  resourcesPath: join(dir, 'resources'),
  cliPath: built.script,
  env: { npm_node_execpath: built.node },
};

beforeAll(() => {
  for (const path of [packed.node, packed.script, built.script]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the command of the tray application', () => {
  it('is the one in the package', () => {
    expect(findCommand(places)).toEqual(packed);
  });

  it('is nowhere in a package without one, as the portable program is', () => {
    expect(findCommand({ ...places, resourcesPath: join(dir, 'portable/resources') })).toBeUndefined();
  });

  it('is the built one in npm’s Node.js for who starts it from the sources', () => {
    expect(findCommand({ ...places, isPackaged: false })).toEqual(built);
    expect(findCommand({ ...places, isPackaged: false, env: {} })).toBeUndefined();
  });
});
