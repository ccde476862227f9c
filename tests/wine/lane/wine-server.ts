// The server that all Windows programs of a prefix talk to, started by the lane: it stays for the run, and its end is told.
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const startTimeoutMs = 30_000;

export interface WineServer {
  /** To be called before the server is ended on purpose. */
  expectEnd(): void;
}

/**
 * Starts the server of a prefix that has none. Left to itself, Debian's ends with the last program of a moment: the next
 * one waits until another server has all of Wine's services, and one that comes at that very moment is turned away.
 *
 * A server that dies leaves its programs behind, stuck for ever: they wait for it, or their main thread, which noticed, has
 * ended without the others. They are ended, and another server is started. What servers say, and how they end, is in the
 * file `log`.
 */
export async function startWineServer(env: NodeJS.ProcessEnv, log: string): Promise<WineServer> {
  const prefix = env['WINEPREFIX'] ?? '';
  let isEndExpected = false;
  const start = async () => {
    const output = openSync(log, 'a');
    const server = spawn('wineserver', ['--foreground', '--persistent'], {
      env,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    await untilListening(server);
    appendFileSync(log, `Wine’s server is process ${server.pid}\n`);
    server.once('exit', (code, signal) => {
      if (isEndExpected) return;
      const news = `Wine’s server ended by ${signal ?? `exit code ${code}`}, and its programs with it`;
      appendFileSync(log, `${news}\n`);
      process.stderr.write(`${readFileSync(log, 'utf8')}\n`);
      killPrograms(prefix);
      start().catch((error: unknown) => process.stderr.write(`${error}\n`));
    });
  };
  await start();
  return {
    expectEnd() {
      isEndExpected = true;
    },
  };
}

async function untilListening(server: ChildProcess): Promise<void> {
  // It goes to the folder of its socket, which is another on each system.
  const isListening = () => existsSync(`/proc/${server.pid}/cwd/socket`);
  for (const endMs = performance.now() + startTimeoutMs; !isListening(); await delay(10))
    if (server.exitCode !== null || performance.now() > endMs)
      throw new Error('Wine’s server does not start');
}

/** Ends what has the prefix in its environment, as each of its Windows programs does. */
function killPrograms(prefix: string): void {
  for (const pid of numbersIn('/proc')) {
    // That of a process whose main thread has ended can be read at its others alone.
    if (!numbersIn(`/proc/${pid}/task`).some((id) => hasPrefix(`/proc/${pid}/task/${id}/environ`, prefix)))
      continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** The names that are numbers; none where the folder has gone. */
function numbersIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function hasPrefix(environment: string, prefix: string): boolean {
  try {
    return readFileSync(environment, 'utf8').split('\0').includes(`WINEPREFIX=${prefix}`);
  } catch {
    return false;
  }
}
