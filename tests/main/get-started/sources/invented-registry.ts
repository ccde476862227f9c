// A registry of the person's that was made up.
import type { Profile, UserRegistry } from '../../../../main/get-started/sources/source.ts';

type Values = Readonly<Record<string, string>>;

export function inventedRegistry(keys: Readonly<Record<string, Values>>): UserRegistry {
  return {
    keys: (key, max) =>
      Promise.resolve(
        Object.keys(keys)
          .filter((other) => other.startsWith(`${key}\\`))
          .map((other) => other.slice(key.length + 1))
          .slice(0, max),
      ),
    string: (key, name) => Promise.resolve(keys[key]?.[name]),
    strings: (key) =>
      Promise.resolve(Object.entries(keys[key] ?? {}).map(([name, value]) => ({ name, value }))),
  };
}

export const profile = (change: Partial<Profile> = {}): Profile => ({
  platform: 'win32',
  env: {},
  home: 'C:\\Users\\alice',
  registry: undefined,
  ...change,
});
