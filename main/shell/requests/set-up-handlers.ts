// What the key window asks about setting other programs up.
import type { SetUpOutcome, setUpRequests } from '../../../ipc/contract/set-up.ts';
import { UntrustedPlaceError } from '../../../ipc/posix/files/trusted-place.ts';
import { ChangeError } from '../../set-up/changes/change-error.ts';
import type { SetUp } from '../../set-up/set-up.ts';
import { explainWriteError } from '../../stored/explain-file-error.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

/** What is for the person; other errors are thrown on. */
function outcomeOf(error: unknown): SetUpOutcome & { readonly problem: string } {
  if (error instanceof ChangeError) return { problem: error.message, byHand: error.byHand };
  if (error instanceof UntrustedPlaceError) return { problem: error.message, byHand: [] };
  const { syscall } = error as NodeJS.ErrnoException;
  if (syscall !== undefined) return { problem: explainWriteError(error), byHand: [] };
  throw error;
}

/** Named after its requests: by the name of this file React would take it for a hook. */
export function programSetUpHandlers(setUp: SetUp): HandlersOf<typeof setUpRequests> {
  const tried = async (action: () => Promise<Omit<SetUpOutcome, 'byHand'> | undefined>) => {
    try {
      return { byHand: [], ...(await action()) };
    } catch (error: unknown) {
      return outcomeOf(error);
    }
  };
  const looked = async <T>(look: () => T | Promise<T>) => {
    try {
      return await look();
    } catch (error: unknown) {
      throw new RequestFailure(outcomeOf(error).problem);
    }
  };
  return {
    'setUp.programs': () => looked(() => setUp.lookedFor()),
    'setUp.look': ({ program }) => looked(() => setUp.lookInto(program)),
    'setUp.apply': ({ program, token }) =>
      tried(async () => {
        await setUp.apply(program, token);
        return undefined;
      }),
    'setUp.undo': ({ id }) =>
      tried(async () => {
        const { note } = await setUp.undo(id);
        return note === undefined ? undefined : { note };
      }),
    'setUp.test': ({ program }) => setUp.test(program),
  };
}
