// The `sallyport` command that belongs to this program, for the texts that people copy.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The command by the full paths of its two parts, since it need not be in any PATH. */
export interface OwnCommand {
  readonly node: string;
  readonly script: string;
}

export interface CommandPlaces {
  readonly isPackaged: boolean;
  /** Of the packaged program. */
  readonly resourcesPath: string;
  /** The built cli.js of a program that runs from its sources. */
  readonly cliPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Undefined where there is none that stays: the portable program is unpacked anew at each start, without one. */
export function findCommand(places: CommandPlaces): OwnCommand | undefined {
  const { isPackaged, resourcesPath, cliPath, env } = places;
  const program = join(resourcesPath, 'cli', 'program');
  // Electron is no Node.js for others; `npm start` says which one it runs in.
  const node = isPackaged ? join(program, 'node.exe') : env['npm_node_execpath'];
  const script = isPackaged ? join(program, 'main', 'cli.js') : cliPath;
  return node !== undefined && existsSync(node) && existsSync(script) ? { node, script } : undefined;
}
