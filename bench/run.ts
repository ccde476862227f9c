// `npm run bench`: runs all benchmarks and fails when a promise of the documentation is broken.
// Needs a Node that takes TypeScript as it is (22.18 or newer).
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

const decision = await benchDecision();
print(decision);
for (const measurement of [await benchPolicyFile(), ...(await benchRequests()), ...(await benchHostNames())])
  print(measurement);
// The slowest calls are those that another process has interrupted, and say nothing about us.
if (decision.p90 >= decisionLimitMs) {
  console.error(`A decision takes ${inMs(decision.p90).trim()}; it must stay under ${decisionLimitMs} ms.`);
  process.exitCode = 1;
}
