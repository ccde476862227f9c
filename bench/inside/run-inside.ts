// What is measured inside of this process: decisions, requests and names without doors and other programs.
import { benchDecision, benchPolicyFile } from './decision.ts';
import { benchHostNames } from './host-names.ts';
import type { Measurement } from './measure.ts';
import { benchRequests } from './requests.ts';

/** A decision must not be noticed beside the signature. */
const decisionLimitMs = 1;

const inMs = (ms: number) => `${ms.toFixed(3).padStart(9)} ms`;

function print({ name, median, p90, p99, max }: Measurement): void {
  console.log(
    `${name.padEnd(52)} median ${inMs(median)}  p90 ${inMs(p90)}  p99 ${inMs(p99)}  max ${inMs(max)}`,
  );
}

/** Measures and prints all. False when a promise of the documentation is broken, which it says. */
export async function runInside(): Promise<boolean> {
  const decision = await benchDecision();
  print(decision);
  print(await benchPolicyFile());
  for (const group of [benchRequests, benchHostNames]) for (const each of await group()) print(each);
  // The slowest calls are those that another process has interrupted, and say nothing about us.
  if (decision.p90 < decisionLimitMs) return true;
  console.error(`A decision takes ${inMs(decision.p90).trim()}; it must stay under ${decisionLimitMs} ms.`);
  return false;
}
