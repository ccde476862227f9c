// The profile of the person who runs this program.

import { personHome } from '../stored/person-dir.ts';
import type { Profile, UserRegistry } from './sources/source.ts';

const registry: UserRegistry = {
  async keys(key, max) {
    return (await import('../../ipc/win32/registry/registry-keys.ts')).userRegistryKeys(key, max);
  },
  async string(key, name) {
    return (await import('../../ipc/win32/registry/registry-keys.ts')).userRegistryString(key, name);
  },
  async strings(key) {
    return (await import('../../ipc/win32/registry/registry-strings.ts')).userRegistryStrings(key);
  },
};

export const ownProfile = (): Profile => ({
  platform: process.platform,
  env: process.env,
  home: personHome(),
  registry: process.platform === 'win32' ? registry : undefined,
});
