// What the numbers were measured on.
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** So much is done by others already that the numbers say little; a share of the cores. */
const busyShare = 0.3;

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly openssl: string;
}

export function thisMachine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() || 'unknown processor',
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()} ${arch()}`,
    node: process.versions.node,
    openssl: process.versions.openssl,
  };
}

/** How many processes wanted a core, over the last minute. */
export const loadAverage = (): number => loadavg()[0] ?? 0;

export function formatMachine(machine: Machine): string {
  const { cores, processor, memoryGb, system, node, openssl } = machine;
  return `${cores} cores (${processor}), ${memoryGb} GB, ${system}, Node ${node} with OpenSSL ${openssl}`;
}

/** A sentence where the machine had other things to do; empty where it had not. */
export function busyWarning(load: number, cores: number): string {
  if (load <= busyShare * cores) return '';
  return `The machine was busy before this began (load average ${load.toFixed(1)} on ${cores} cores): these numbers show that all is measured, and no more.`;
}
