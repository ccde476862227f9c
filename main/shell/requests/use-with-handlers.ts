// What the key window asks about other programs: what they are to be told, and whether they get through.
import { clipboard } from 'electron';
import type { SnippetKind, useWithRequests } from '../../../ipc/contract/use-with.ts';
import { doorTitle } from '../../doors/door-kinds.ts';
import type { Doors } from '../../doors/doors.ts';
import { testDoor } from '../../use-with/self-test.ts';
import { doorsOf, snippetFor } from '../../use-with/snippets.ts';
import type { HandlersOf } from './answer-request.ts';
import { ownCommand } from './own-command.ts';
import { RequestFailure } from './request-failure.ts';

/** Named after its requests: by the name of this file React would take it for a hook. */
export function snippetHandlers(doors: Pick<Doors, 'addressOf'>): HandlersOf<typeof useWithRequests> {
  const snippet = (kind: SnippetKind) =>
    snippetFor(kind, {
      platform: process.platform,
      addressOf: (door) => doors.addressOf(door),
      doorsPlace: '“Doors”',
      command: ownCommand(),
    });
  return {
    'snippets.get': ({ kind }) => snippet(kind),
    async 'snippets.copy'({ kind, step }) {
      const found = snippet(kind).steps[step];
      if (found === undefined) throw new RequestFailure('There is no such step any more.');
      await clipboard.writeText(found.text);
      return null;
    },
    async 'snippets.test'({ kind }) {
      for (const door of doorsOf(kind, process.platform)) {
        const address = doors.addressOf(door);
        if (address !== undefined) return await testDoor(doorTitle(door), address);
      }
      return {
        isWorking: false,
        message: 'No door for these programs is open. “Doors” says why, and what to do about it.',
      };
    },
  };
}
