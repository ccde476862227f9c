// What the key window asks about the ways in.
import type { doorRequests } from '../../../ipc/contract/doors.ts';
import type { Doors } from '../../doors/doors.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

export function doorHandlers(doors: Pick<Doors, 'retry'>): HandlersOf<typeof doorRequests> {
  return {
    async 'doors.retry'({ name }) {
      const view = await doors.retry(name);
      if (view === undefined) throw new RequestFailure('There is no such door on this system.');
      return view;
    },
  };
}
