// The `sallyport` command that belongs to the tray application as it runs.
import { app } from 'electron';
import { cliPath } from '../../programs/cli-path.ts';
import { findCommand, type OwnCommand } from '../../programs/find-command.ts';

/** Undefined where there is none that stays. */
export function ownCommand(): OwnCommand | undefined {
  const { isPackaged } = app;
  return findCommand({ isPackaged, resourcesPath: process.resourcesPath, cliPath, env: process.env });
}
