// What the key window asks about libraries for tokens.
import type { tokenRequests } from '../../../ipc/contract/tokens.ts';
import { type TokenLibraries, TokenLibraryError } from '../../agent/ports/host.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

export interface TokenHandlerOptions {
  /** Undefined where there can be none. */
  readonly tokens: TokenLibraries | undefined;
  /** Has the person choose a file; undefined: none. */
  readonly choose: () => Promise<string | undefined>;
  /** Whether the person allows it to be loaded, asked where no page can answer. */
  readonly mayLoad: (path: string) => Promise<boolean>;
}

/** Throws RequestFailure for what is said about the person's wish. */
async function changed<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error: unknown) {
    if (error instanceof TokenLibraryError) throw new RequestFailure(error.message);
    throw error;
  }
}

export function tokenHandlers({
  tokens,
  choose,
  mayLoad,
}: TokenHandlerOptions): HandlersOf<typeof tokenRequests> {
  /** What the person chose last, until it is added. */
  let chosen: string | undefined;
  const there = () => {
    if (tokens === undefined) throw new RequestFailure('Tokens can’t be used here.');
    return tokens;
  };
  return {
    'tokens.list': () => tokens?.list() ?? [],
    async 'tokens.choose'() {
      chosen = await choose();
      return chosen ?? null;
    },
    async 'tokens.add'({ path }) {
      const libraries = there();
      const wasChosen = path === chosen;
      const isKnown = wasChosen || libraries.list().some((library) => library.path === path);
      // SECURITY: a page that somebody has taken over must not have code of theirs loaded.
      if (!isKnown && !(await mayLoad(path))) throw new RequestFailure('The library was not loaded.');
      // SECURITY: for once, or the page could bring it back after the person has removed it.
      if (wasChosen) chosen = undefined;
      await changed(libraries.add(path));
      return null;
    },
    async 'tokens.remove'({ path }) {
      if (!(await changed(there().remove(path))))
        throw new RequestFailure('This library is not there any more.');
      return null;
    },
  };
}
