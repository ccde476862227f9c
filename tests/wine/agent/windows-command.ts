// The built command in node.exe: the agent as people start it on Windows, and its verbs.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir, windowsPath } from '../lane/paths.ts';
import {
  laneWorkDir,
  type RunOptions,
  runWindows,
  startWindows,
  type WindowsProgram,
  type WindowsResult,
} from '../lane/windows-program.ts';

/** The command where it finds koffi's Windows binary; copied there once a run. */
export function cliPath(): string {
  const built = join(projectDir, 'dist/main');
  if (!existsSync(join(built, 'cli.js'))) throw new Error(`${built} is missing: run "npm run build" first`);
  const installed = join(laneWorkDir(), 'app/main');
  if (!existsSync(installed)) cpSync(built, installed, { recursive: true });
  return join(installed, 'cli.js');
}

/** A key of tests/fixtures, as a Windows program names it. */
export const keyPath = (name: string): string => windowsPath(join(projectDir, 'tests/fixtures/keys', name));

export function runSallyport(args: readonly string[], options?: RunOptions): Promise<WindowsResult> {
  return runWindows(cliPath(), args, options);
}

/** Standard output of a verb that must succeed. */
export async function runSallyportOk(...args: readonly string[]): Promise<string> {
  const { exitCode, output, errorOutput } = await runSallyport(args);
  if (exitCode === 0) return output.replaceAll('\r', '');
  throw new Error(`sallyport ${args.join(' ')}: exit code ${exitCode}\n${output}${errorOutput}`);
}

export interface AgentOnWindows {
  readonly program: WindowsProgram;
  /** What it has told the shell. */
  readonly authSock: string;
  readonly pid: number;
}

/** Starts `sallyport agent` and resolves when it has said where it listens. */
export async function startAgent(
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<AgentOnWindows> {
  const program = startWindows(cliPath(), ['agent', ...args], { timeoutMs: 600_000, ...options });
  program.tellOfBadEnd('the agent');
  const [, authSock = '', pid] = await program.waitForOutput(
    /^SSH_AUTH_SOCK='?([^';]*)'?; export SSH_AUTH_SOCK;\r?\nSSH_AGENT_PID=(\d+); export SSH_AGENT_PID;\r?$/m,
  );
  return { program, authSock, pid: Number(pid) };
}

/** Ends the agent as a person does; rejects when it does not end well. */
export async function stopAgent({ program }: AgentOnWindows): Promise<void> {
  await runSallyportOk('agent', '--stop');
  const { exitCode, errorOutput } = await program.result;
  if (exitCode !== 0) throw new Error(`the agent ended with ${exitCode}: ${errorOutput}`);
}
