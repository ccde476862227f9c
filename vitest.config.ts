import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Far more than anything takes on an idle machine: on a busy one a test that waits must not fail by its patience. */
const patient = { testTimeout: 60_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000 } } };

/** What takes a core the longest. */
const longest = [
  'tests/main/agent/fuzz/conversations.test.ts',
  'tests/main/agent/model/consent.test.ts',
  'tests/interop/secrets-in-memory.test.ts',
  'tests/interop/key-files.test.ts',
  'tests/wine/core-tests.test.ts',
];

/** What is tested with the newest programs as well: each runs what OpenSSH and PuTTY can ask of an agent. */
const withPeers = [
  'destination-constraints',
  'only-to',
  'putty-tools',
  'security-keys',
  'ssh-*',
  'twenty-keys',
  'written-key-files',
];

/** Without a cache of earlier runs nothing is known of durations: a long file that began last would run alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => longest.some((name) => moduleId.endsWith(`/${name}`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // Vitest keeps one core for itself by default, which on a machine with two is half of the time.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...patient,
          name: 'unit',
          include: ['tests/*.test.ts', 'tests/{bench,main,ipc,preload,text}/**/*.test.ts'],
        },
      },
      {
        // Electron's Node is built on BoringSSL; this profile refuses what it lacks.
        resolve: { alias: { 'node:crypto': path('tests/fakes/boringssl-crypto.ts') } },
        test: {
          ...patient,
          name: 'boringssl',
          include: ['tests/main/{agent,keys}/**/*.test.ts'],
          // Minutes of chance, in which the cryptography is replaced anyway.
          exclude: ['tests/main/agent/{fuzz,model}/**'],
        },
      },
      {
        test: {
          ...patient,
          name: 'interop',
          include: ['tests/interop/**/*.test.ts'],
        },
      },
      {
        // The same tests and some more, with OpenSSH and PuTTY of Debian's testing suite.
        test: {
          ...patient,
          name: 'peers',
          include: ['tests/peers/**/*.test.ts', `tests/interop/{${withPeers.join()}}.test.ts`],
          globalSetup: ['tests/peers/lane/global-setup.ts'],
        },
      },
      {
        // What is packed for a release, around a stand-in for Electron.
        test: {
          ...patient,
          name: 'package',
          include: ['tests/release/**/*.test.ts'],
          // One staging folder for all that is packed.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Windows programs under Wine: each worker has a prefix of its own, which takes 700 MB of disk.
        test: {
          name: 'wine',
          include: ['tests/wine/**/*.test.ts'],
          globalSetup: ['tests/wine/lane/global-setup.ts'],
          expect: { poll: { timeout: 60_000 } },
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: 2,
          // Where all projects run, those with as many workers begin together.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
