// Windows as setting up asks it: a registry, a service and a Startup folder of the test's own.
import { mkdirSync } from 'node:fs';
import type { PosixRoot, WindowsCalls, WindowsService } from '../../../main/set-up/changes/windows-calls.ts';

export class InventedWindows implements WindowsCalls {
  readonly startupFolder: string;
  readonly values = new Map<string, string>();
  readonly commands: string[] = [];
  agentService: WindowsService | undefined;
  /** Whether the person allows what an administrator must. */
  isAllowed = true;

  constructor(startupFolder: string) {
    this.startupFolder = startupFolder;
    mkdirSync(startupFolder, { recursive: true });
  }

  readonly roots: PosixRoot[] = [];

  async posixRoots() {
    return this.roots;
  }

  lastingHome(): string | undefined {
    return undefined;
  }

  service(name: string): WindowsService | undefined {
    return name === 'ssh-agent' ? this.agentService : undefined;
  }

  runValues() {
    return [...this.values].map(([name, value]) => ({ name, value }));
  }

  setRunValue(name: string, value: string): void {
    this.values.set(name, value);
  }

  removeRunValue(name: string): void {
    this.values.delete(name);
  }

  /** Does to the service what sc.exe would. */
  async runElevated(command: string): Promise<boolean> {
    if (!this.isAllowed) return false;
    this.commands.push(command);
    for (const part of command.split(' & ')) {
      const service = this.agentService ?? { startType: 4, isRunning: false };
      const [, type = ''] = /start= (\w+)/.exec(part) ?? [];
      const startType = { auto: 2, demand: 3, disabled: 4 }[type] ?? service.startType;
      if (part.startsWith('sc.exe stop')) this.agentService = { ...service, isRunning: false };
      else if (part.startsWith('sc.exe start')) this.agentService = { ...service, isRunning: true };
      else this.agentService = { ...service, startType };
    }
    return true;
  }
}
