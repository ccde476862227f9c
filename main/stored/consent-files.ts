// What an agent of this person needs to keep consent over restarts: for every composition root.
import { join } from 'node:path';
import { whoElseMayWrite } from '../../ipc/posix/files/trusted-place.ts';
import { readStoredPolicy } from '../agent/consent/rules/policy-format.ts';
import { lostPolicy } from '../agent/consent/rules/policy-store.ts';
import type { AgentOptions } from '../agent/create-agent.ts';
import { systemClock } from '../basics/clock.ts';
import { createActivityFile } from './activity-file.ts';
import { beginPolicy } from './first-policy.ts';
import { createFileHostNames } from './hosts/file-host-names.ts';
import { hostFiles } from './hosts/host-files.ts';
import { readPuttyRegistry } from './hosts/putty-registry.ts';
import { KeysTomlFile, keysTomlPath } from './keys-toml-file.ts';
import { keepLocalSecret, localSecretPath } from './local-secret.ts';
import { personDir, personHome } from './person-dir.ts';
import { createPolicyJsonFile } from './policy-json-file.ts';
import type { LookAtPath } from './public-key-files.ts';

export interface ConsentFilesOptions {
  /** Takes one line, a sentence for the person. */
  readonly log: (line: string) => void;
  readonly env?: NodeJS.ProcessEnv;
  /** There is somebody to ask. */
  readonly canAsk: boolean;
  /** Where the program keeps more of its own than in the person's folder. */
  readonly dataDirectory?: string;
  /** Follows paths of public key files that the person names. */
  readonly lookAt: LookAtPath;
}

export interface ConsentFiles {
  /** To be handed to the agent. */
  readonly agentOptions: Pick<
    AgentOptions,
    'hostNames' | 'policyFile' | 'keysForHosts' | 'activitySink' | 'localSecret'
  >;
  /** No agent that could ask somebody has run for this person yet. */
  readonly isNewInstallation: boolean;
  /** The level for all keys that holds in this agent, where an installation is new, or nobody can be asked and nobody has chosen. */
  readonly firstLevel?: 'new' | 'never';
  /** Resolves when the activity so far is on disk, or could not be written. */
  flush(): Promise<void>;
}

/** Nothing but the secret and the level of an installation’s beginning is written before there is something to write. */
export async function openConsentFiles(options: ConsentFilesOptions): Promise<ConsentFiles> {
  const { log, lookAt, env = process.env, canAsk, dataDirectory } = options;
  const dir = personDir(process.platform, env, personHome());
  const otherDirectories = dataDirectory === undefined ? [] : [dataDirectory];
  // Before anything else is there, by which this would be no new installation.
  const first = await beginPolicy({ directory: dir, otherDirectories, canAsk });
  const { isNewInstallation, firstLevel, unstored = lostPolicy } = first;
  if (firstLevel === 'new' && first.problem)
    log(
      `You are asked when something is new, as this installation is, but that could not be stored. ${first.problem}`,
    );
  const activity = createActivityFile({ path: join(dir, 'activity.jsonl'), log });
  const secretPath = localSecretPath(env);
  const policyFile = createPolicyJsonFile(join(dir, 'rules.json'), log, unstored, !canAsk);
  const isNeverAsLongAsUnchosen = !canAsk && readStoredPolicy(policyFile.load()).isUnchosen;
  const localSecret = keepLocalSecret(secretPath);
  if (!localSecret)
    log(
      `Activity, rules and doors are told to no program, as ${secretPath} can not be kept. ${whoElseMayWrite(secretPath) ?? 'Check who may write there, or remove it.'}`,
    );
  return {
    agentOptions: {
      hostNames: createFileHostNames({
        files: hostFiles(process.platform, env, personHome()),
        elapsedMs: systemClock().elapsedMs,
        readPuttyRegistry,
        log,
      }),
      policyFile,
      keysForHosts: new KeysTomlFile(keysTomlPath(env), { log, lookAt }),
      activitySink: activity,
      ...(localSecret && { localSecret }),
    },
    isNewInstallation,
    ...(isNewInstallation && firstLevel !== undefined && { firstLevel }),
    ...(isNeverAsLongAsUnchosen && { firstLevel: 'never' as const }),
    flush: () => activity.flush(),
  };
}
