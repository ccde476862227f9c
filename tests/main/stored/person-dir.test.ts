import { homedir, userInfo } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { personHome } from '../../../main/stored/person-dir.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.runIf(process.platform !== 'win32').each(['relative', './x', '.'])(
  'the person’s folder is none that HOME names by a relative path: %s',
  (home) => {
    vi.stubEnv('HOME', home);
    expect(homedir()).toBe(home);
    expect(personHome()).toBe(userInfo().homedir);
    vi.stubEnv('HOME', '/somewhere');
    expect(personHome()).toBe('/somewhere');
  },
);
