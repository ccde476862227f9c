// The dummy middleware, compiled, with its folder: what the person and the hardware do.
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./sk-dummy.c', import.meta.url));

/** Whether it can be compiled here: gcc, and the headers of OpenSSL. */
export const canCompileMiddleware =
  spawnSync('gcc', ['-E', '-include', 'openssl/evp.h', '-x', 'c', '/dev/null'], { stdio: 'ignore' })
    .status === 0;

export interface SkDummy {
  readonly library: string;
  /** For whoever loads it. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes a file of its folder: `untouched`, `pin`, `crash` and so on. */
  set(name: string, content?: string): void;
  clear(...names: readonly string[]): void;
  /** How often it has waited for a touch. */
  touches(): number;
}

/** `version` is that of sk-api.h. */
export function compileMiddleware(dir: string, version = 10): SkDummy {
  const library = join(dir, `sk-dummy-${version}.so`);
  const folder = join(dir, 'security-key');
  mkdirSync(folder, { recursive: true });
  const flags = ['-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', `-DSK_VERSION=${version}`];
  if (!existsSync(library)) execFileSync('gcc', [...flags, '-o', library, source, '-lcrypto']);
  return {
    library,
    env: { SK_DUMMY_FIDO: folder },
    set: (name, content = '') => writeFileSync(join(folder, name), content),
    clear(...names) {
      for (const name of names) rmSync(join(folder, name), { force: true });
    },
    touches() {
      appendFileSync(join(folder, 'waiting'), '');
      return readFileSync(join(folder, 'waiting'), 'utf8').split('\n').length - 1;
    },
  };
}
