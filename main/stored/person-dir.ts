// The folder that every Sallyport agent of a person keeps its rules and its activity in.
import { homedir, userInfo } from 'node:os';
import { isAbsolute, posix, win32 } from 'node:path';

/**
 * `%APPDATA%\Sallyport` on Windows, else `$XDG_CONFIG_HOME/sallyport` or `~/.config/sallyport`. The specification of
 * XDG_CONFIG_HOME has relative paths ignored.
 */
export function personDir(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, homeDir: string): string {
  const { APPDATA, XDG_CONFIG_HOME } = env;
  if (platform === 'win32')
    return win32.join(APPDATA || win32.join(homeDir, 'AppData', 'Roaming'), 'Sallyport');
  const configDir = XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : undefined;
  return posix.join(configDir ?? posix.join(homeDir, '.config'), 'sallyport');
}

/** The person's folder. A HOME that is a relative path would be another in each directory, and nobody's: it is ignored. */
export function personHome(): string {
  const home = homedir();
  return isAbsolute(home) ? home : userInfo().homedir;
}
