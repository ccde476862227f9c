// Windows' own agent service, which has OpenSSH's pipe while it runs.
import { doorTitle } from '../../doors/door-kinds.ts';
import { testDoor } from '../../use-with/self-test.ts';
import { agentService } from '../changes/service-change.ts';
import type { Surroundings } from '../changes/surroundings.ts';
import { notOpen, type Program, type ProgramLook } from './program.ts';

const AUTOMATIC = 2;
const door = 'openssh-pipe';

/** What of Windows' ways to start a service this one can have; a further one would be put back as on demand. */
const startTypeOf = (type: number) => (type === 2 || type === 4 ? type : 3);

async function look({ windows, addressOf }: Surroundings): Promise<ProgramLook> {
  const service = windows?.service(agentService);
  if (service === undefined)
    return { status: 'missing', sentence: 'Windows has no agent service of OpenSSH’s here.' };
  const { isRunning, startType } = service;
  const isOurs = addressOf(door) !== undefined;
  if (!isRunning && startType !== AUTOMATIC)
    return {
      status: isOurs ? 'works' : 'blocked',
      sentence: isOurs
        ? 'The service does not run, and Sallyport has OpenSSH’s pipe.'
        : 'The service does not run, but Sallyport does not have OpenSSH’s pipe. “Doors” says who holds it.',
    };
  return {
    status: 'can',
    sentence: isRunning
      ? 'The service holds OpenSSH’s pipe, so that ssh asks it, and not Sallyport. Set up, it is off, and Sallyport takes the pipe within half a minute.'
      : 'The service starts with Windows, and may take OpenSSH’s pipe before Sallyport does. Set up, it stays off.',
    changes: [{ kind: 'service', startType: startTypeOf(startType), isRunning }],
    notes: ['Keys that were added to the service stay in it: add their files to Sallyport.'],
  };
}

export const serviceProgram: Program = {
  id: 'service',
  title: 'OpenSSH’s agent service',
  summary: "Windows' service ssh-agent off, as administrator",
  look,
  async test(around) {
    const address = around.addressOf(door);
    if (address === undefined) return { isWorking: false, message: notOpen(doorTitle(door), around) };
    return await testDoor(doorTitle(door), address);
  },
};
