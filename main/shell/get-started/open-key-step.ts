// The first step of "Get started", with what it works on in this program.
import type { FoundUpstream } from '../../agent/ports/host.ts';
import { whyNotLocal } from '../../get-started/files/local-path.ts';
import { findKeyFiles } from '../../get-started/find-key-files.ts';
import { ownProfile } from '../../get-started/own-profile.ts';
import type { RunningAgent } from '../../start-agent.ts';
import type { GetStartedFile } from '../../stored/get-started-file.ts';
import type { KeyAdder } from '../key-files/add-keys.ts';
import { KeyStep } from './key-step.ts';

/** `findAgents`: those that are neither used nor this agent itself. */
export function openKeyStep(
  running: RunningAgent,
  adder: KeyAdder,
  findAgents: () => Promise<readonly FoundUpstream[]>,
  record: GetStartedFile,
): KeyStep {
  return new KeyStep({
    ...{
      keys: running.agent.keys,
      stores: running.agent.stores,
      upstreams: running.upstreams,
      windowsKeys: running.windowsKeys,
    },
    ...{ adder, findAgents, record },
    findFiles: () => findKeyFiles(ownProfile()),
    whyNotNow: whyNotLocal,
  });
}
