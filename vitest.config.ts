import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Far more than anything takes on an idle machine: on a busy one a test that waits must not fail by its patience. */
const patient = { testTimeout: 60_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000 } } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...patient,
          name: 'unit',
          include: ['tests/*.test.ts', 'tests/{main,ipc,text}/**/*.test.ts'],
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
          fileParallelism: false,
        },
      },
      {
        // Windows programs under Wine, one after another: they share one display and one prefix.
        test: {
          name: 'wine',
          include: ['tests/wine/**/*.test.ts'],
          globalSetup: ['tests/wine/lane/global-setup.ts'],
          expect: { poll: { timeout: 60_000 } },
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
