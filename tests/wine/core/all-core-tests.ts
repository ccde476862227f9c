// Entry of the bundle that runs the core's tests in node.exe.
/// <reference types="vite/client" />
// The profile's own test asks which vitest project runs it, which has no meaning here; fuzzer and model say the same on
// every system and take minutes; the others need vitest's own stand-ins.
import.meta.glob(
  [
    '../../main/agent/**/*.test.ts',
    '../../main/keys/**/*.test.ts',
    '!**/boringssl-profile.test.ts',
    '!**/fuzz/**',
    '!**/model/**',
    '!../../main/agent/consent/other-machines.test.ts',
    '!../../main/agent/consent/repeated-requests.test.ts',
  ],
  { eager: true },
);
