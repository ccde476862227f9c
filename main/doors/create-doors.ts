// Makes the transports for a list of doors, none of them open.
import type { Transport } from '../../ipc/transports/transport.ts';
import { doorKinds, type LegacyClients } from './door-kinds.ts';
import type { DoorChoice } from './door-list.ts';

/** The transports in the order of the list; none for a door that the setting of `legacyClients` takes away. */
export async function createDoors(
  choices: readonly DoorChoice[],
  legacyClients: LegacyClients,
): Promise<Transport[]> {
  const doors = await Promise.all(
    choices.map((choice) => {
      const place = 'path' in choice ? choice : { path: '' };
      return doorKinds[choice.kind].create({
        privateDirectory: false,
        handedOver: false,
        ...place,
        legacyClients,
      });
    }),
  );
  return doors.filter((door) => door !== undefined);
}
