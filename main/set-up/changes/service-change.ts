// OpenSSH's agent service of Windows: stopped and kept from starting, as an administrator.
import * as v from 'valibot';
import type { ChangeKind } from './change.ts';
import { ChangeError } from './change-error.ts';
import type { Surroundings } from './surroundings.ts';
import type { WindowsCalls, WindowsService } from './windows-calls.ts';

/** SECURITY: no other service is touched, whatever the list of changes says. */
export const agentService = 'ssh-agent';
const DISABLED = 4;

const startWords = { 2: 'starts with Windows', 3: 'starts on demand', 4: 'disabled' } as const;
const startOptions = { 2: 'auto', 3: 'demand', 4: 'disabled' } as const;

const schema = v.strictObject({
  kind: v.literal('service'),
  /** As it was before. */
  startType: v.picklist([2, 3, 4]),
  isRunning: v.boolean(),
});
export type ServiceChange = v.InferOutput<typeof schema>;

const off = { startType: DISABLED, isRunning: false } as const;

const inWords = ({ startType, isRunning }: Pick<ServiceChange, 'startType' | 'isRunning'>) =>
  `${agentService}: ${startWords[startType]}, ${isRunning ? 'running' : 'stopped'}`;

const stopCommand = `sc.exe stop ${agentService} & sc.exe config ${agentService} start= disabled`;

/** A disabled service can't be started. */
function restoreCommand({ startType, isRunning }: ServiceChange): string {
  const config = `sc.exe config ${agentService} start= ${startOptions[startType]}`;
  return isRunning && startType !== DISABLED ? `${config} & sc.exe start ${agentService}` : config;
}

function callsOf({ windows }: Surroundings): WindowsCalls {
  if (windows === undefined)
    throw new ChangeError('This is a service of Windows, and this is another system.');
  return windows;
}

const how = (command: string) => `Run as administrator, after Windows’ own question: ${command}`;

async function elevated(around: Surroundings, command: string): Promise<void> {
  const windows = callsOf(around);
  if (around.isUnattended === true)
    throw new ChangeError('This takes an administrator, and nobody is there to be asked, so it was left.', [
      command,
    ]);
  if (!(await windows.runElevated(command)))
    throw new ChangeError('Windows was not allowed to do it, so nothing was changed.', [command]);
}

const isOff = (service: WindowsService | undefined) =>
  service === undefined || (service.startType === DISABLED && !service.isRunning);

const pollMs = 200;
const polls = 50;

/** A service that was told to stop takes a while. */
async function eventually(isDone: () => boolean): Promise<boolean> {
  for (let poll = 0; poll < polls; poll++) {
    if (isDone()) return true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return isDone();
}

export const serviceChange: ChangeKind<typeof schema> = {
  schema,
  show: (kept) => ({
    place: 'The service “OpenSSH Authentication Agent” of Windows',
    removed: [inWords(kept)],
    added: [inWords(off)],
    how: how(stopCommand),
  }),
  async apply(kept, around) {
    const windows = callsOf(around);
    await elevated(around, stopCommand);
    if (!(await eventually(() => isOff(windows.service(agentService)))))
      throw new ChangeError('The service did not stop. Try again, or do it by hand as administrator.', [
        stopCommand,
      ]);
    return kept;
  },
  showUndo: (kept) => ({
    place: 'The service “OpenSSH Authentication Agent” of Windows',
    removed: [inWords(off)],
    added: [inWords(kept)],
    how: how(restoreCommand(kept)),
  }),
  async undo(kept, around) {
    const windows = callsOf(around);
    const now = windows.service(agentService);
    if (now === undefined) return { note: 'Windows has this service no more.' };
    if (now.startType !== DISABLED) return { note: 'The service was enabled since, so it is left as it is.' };
    await elevated(around, restoreCommand(kept));
    if (windows.service(agentService)?.startType !== kept.startType)
      throw new ChangeError('The service was not changed. Do it by hand as administrator.', [
        restoreCommand(kept),
      ]);
    return {};
  },
};
