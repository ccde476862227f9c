// What the process that stays tells the one that started it, over Node's IPC channel.
import type { AgentAddress } from './agent-environment.ts';

export type BackgroundReport =
  | { readonly kind: 'complaint'; readonly line: string }
  | ({ readonly kind: 'listening' } & AgentAddress);

/** Both ends are this program, but a message is only taken for what it shows to be. */
export function isBackgroundReport(message: unknown): message is BackgroundReport {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  if (message.kind === 'complaint') return 'line' in message && typeof message.line === 'string';
  return (
    message.kind === 'listening' &&
    'socketPath' in message &&
    typeof message.socketPath === 'string' &&
    'pid' in message &&
    typeof message.pid === 'number'
  );
}

/** Sends to the parent, while there is one that listens. Resolves when it has been sent. */
export function reportToParent(report: BackgroundReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.send && process.connected) process.send(report, () => resolve());
    else resolve();
  });
}
