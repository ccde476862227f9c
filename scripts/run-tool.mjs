// Starts the tools that a release is made with.
import { execFileSync } from 'node:child_process';

/** Runs a script in this Node.js: without a shell, which would cut `C:\Program Files\nodejs\node.exe` at the space. */
export function runNode(args) {
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}

/** Runs npm, which is a batch file on Windows and starts in a shell only; no argument may have a space. */
export function runNpm(args, cwd) {
  execFileSync('npm', args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
}
