// What V8 compiles of the command when it starts an agent and lists keys is written beside its files.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const recorder = fileURLToPath(new URL('./record-compiled.mjs', import.meta.url));

/**
 * Runs the command that was built in `folder` as somebody who has nothing. Where that does not work, as where nobody may
 * trust the folder for temporary files, it is said, and the command compiles all of itself at each start.
 */
export function compileAhead(folder) {
  // Another agent may have the pipes of Windows; and Node.js before 22.18 can't read the recorder's TypeScript.
  if (process.platform === 'win32' || !process.features.typescript) return;
  try {
    record(folder);
  } catch (error) {
    for (const name of readdirSync(folder)) if (name.endsWith('.compiled')) rmSync(join(folder, name));
    const reason = String(error.stderr ?? error).trim();
    console.warn(`The command is not compiled ahead, and so starts more slowly: ${reason}`);
  }
}

function record(folder) {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-build-'));
  const { PATH } = process.env;
  // koffi, wherever this was built to.
  const env = { PATH, HOME: home, TMPDIR: home, NODE_PATH: modules };
  const run = (...args) => execFileSync(process.execPath, args, { stdio: 'pipe', env });
  // What V8 writes has the hashes of names: by one seed, two builds are the same.
  const recording = ['--hash-seed=1', recorder, folder];
  const agent = (...keyFiles) => ['agent', '--no-prompt', ...keyFiles, '--', process.execPath];
  const cli = join(folder, 'cli.js');
  const key = join(home, 'key');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  try {
    run(...recording, ...agent(), cli, 'list', '--json');
    // Takes up what is there, so that what both need is compiled for both.
    run(cli, ...agent(key), ...recording, 'list');
    if (!readdirSync(folder).some((name) => name.endsWith('.compiled')))
      throw new Error('nothing was written');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
