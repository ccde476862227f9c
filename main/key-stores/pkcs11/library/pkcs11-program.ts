// The program of the process that has a PKCS#11 library in it.
import type { LibraryProgram, OpenLibraryProgram } from '../../../library-process/serve-library.ts';
import { Cryptoki } from './cryptoki.ts';
import { CryptokiError } from './cryptoki-numbers.ts';
import { encodeTokenList, parseLoad, parseOpen, parseSignature } from './token-messages.ts';
import { Tokens } from './tokens.ts';

/** A library that tells of changes all the time is not believed more often than this. */
const leastBetweenEventsMs = 500;

const nothing = new Uint8Array();

/** Tells each time that a token comes or goes, for as long as the library can tell. */
async function tellOfChanges(library: Cryptoki, tell: (event: Uint8Array) => void): Promise<void> {
  try {
    for (;;) {
      await library.waitForChange();
      tell(nothing);
      await new Promise((resolve) => setTimeout(resolve, leastBetweenEventsMs).unref());
    }
  } catch (error) {
    if (!(error instanceof CryptokiError)) throw error;
  }
}

export const openPkcs11: OpenLibraryProgram = (tell): LibraryProgram => {
  let tokens: Tokens | undefined;
  const loaded = () => {
    if (tokens === undefined) throw new CryptokiError('not-loaded');
    return tokens;
  };
  return {
    answer(operation, body) {
      switch (operation) {
        case 'load': {
          const { path, waits } = parseLoad(body);
          const library = new Cryptoki(path);
          tokens = new Tokens(library);
          if (waits && library.mayWait) void tellOfChanges(library, tell);
          return nothing;
        }
        case 'list':
          return encodeTokenList(loaded().list());
        case 'open': {
          const { token, pin } = parseOpen(body);
          loaded().open(token, pin);
          return nothing;
        }
        case 'lock':
          loaded().lock(new TextDecoder().decode(body));
          return nothing;
        case 'sign':
          return loaded().sign(parseSignature(body));
        default:
          throw new CryptokiError('no-operation');
      }
    },
  };
};
