// Libraries for tokens as the key window asks for them.
import { expect, it } from 'vitest';
import { TokenLibraryError } from '../../../../main/agent/ports/host.ts';
import { RequestFailure } from '../../../../main/shell/requests/request-failure.ts';
import { tokenHandlers } from '../../../../main/shell/requests/token-handlers.ts';

const from = { webContentsId: 1, role: 'keys' } as never;

function handlers(chosen?: string, mayLoad = true) {
  const askedAbout: string[] = [];
  const libraries = new Set<string>();
  const tokens = {
    list: () =>
      [...libraries].map((path) => ({ path, title: '', tokens: [], state: { status: 'starting' } as const })),
    add: async (path: string) => {
      if (path === '/none') throw new TokenLibraryError('There is no file at this path.');
      libraries.add(path);
    },
    remove: (path: string) => Promise.resolve(libraries.delete(path)),
    storeOf: () => Promise.resolve(undefined),
  };
  const asked = tokenHandlers({
    tokens,
    choose: () => Promise.resolve(chosen),
    mayLoad(path) {
      askedAbout.push(path);
      return Promise.resolve(mayLoad);
    },
  });
  return { asked, askedAbout, libraries };
}

it('adds a library, tells of it, and removes it', async () => {
  const { asked, askedAbout } = handlers('/chosen.so');
  expect(await asked['tokens.choose']({}, from)).toBe('/chosen.so');
  expect(await asked['tokens.add']({ path: '/chosen.so' }, from)).toBeNull();
  expect(await asked['tokens.list']({}, from)).toMatchObject([{ path: '/chosen.so' }]);
  expect(askedAbout).toEqual([]);
  expect(await asked['tokens.remove']({ path: '/chosen.so' }, from)).toBeNull();
  expect(await asked['tokens.list']({}, from)).toEqual([]);
});

it('says why one can’t be added, that one is gone, and that no file was chosen', async () => {
  const { asked } = handlers();
  expect(await asked['tokens.choose']({}, from)).toBeNull();
  await expect(asked['tokens.add']({ path: '/none' }, from)).rejects.toThrow(
    new RequestFailure('There is no file at this path.'),
  );
  await expect(asked['tokens.remove']({ path: '/gone' }, from)).rejects.toThrow(RequestFailure);
});

it('loads none that the page names by itself, unless the person allows it', async () => {
  const { asked, askedAbout, libraries } = handlers('/chosen.so', false);
  await asked['tokens.choose']({}, from);
  await expect(asked['tokens.add']({ path: '/planted.so' }, from)).rejects.toThrow(RequestFailure);
  expect([askedAbout, [...libraries]]).toEqual([['/planted.so'], []]);
  const allowing = handlers(undefined, true);
  await allowing.asked['tokens.add']({ path: '/typed.so' }, from);
  expect([...allowing.libraries]).toEqual(['/typed.so']);
  // Its keys are shown again without a question.
  await allowing.asked['tokens.add']({ path: '/typed.so' }, from);
  expect(allowing.askedAbout).toEqual(['/typed.so']);
});

it('loads what the person chose once: not again for a page after they have removed it', async () => {
  const path = '/chosen.so';
  const { asked, askedAbout, libraries } = handlers(path, false);
  await asked['tokens.choose']({}, from);
  await asked['tokens.add']({ path }, from);
  await asked['tokens.remove']({ path }, from);
  await expect(asked['tokens.add']({ path }, from)).rejects.toThrow(RequestFailure);
  expect([askedAbout, [...libraries]]).toEqual([[path], []]);
});
