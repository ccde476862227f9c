import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const { cache } = createRequire(import.meta.url);
const loaders = () => Object.keys(cache).filter((file) => /koffi.*[\\/]index\.js$/.test(file));

describe.runIf(process.platform === 'linux')('libcFunction', () => {
  const { execPath } = process;

  beforeEach(() => {
    vi.resetModules();
    for (const file of loaders()) delete cache[file];
  });

  afterEach(() => {
    process.execPath = execPath;
  });

  it('takes what was built for glibc without what looks for it', async () => {
    const { libcFunction } = await import('../../../ipc/posix/libc.ts');
    expect(libcFunction('int getpid(void)')()).toBe(process.pid);
    expect(loaders()).toEqual([]);
  });

  it.each([
    ['names no loader of glibc', '/dev/null'],
    ['can’t be read', '/nowhere/node'],
  ])('leaves it to koffi which build is right where the program %s', async (_, path) => {
    process.execPath = path;
    const { libcFunction } = await import('../../../ipc/posix/libc.ts');
    expect(libcFunction('int getpid(void)')()).toBe(process.pid);
    expect(loaders()).not.toEqual([]);
  });
});
