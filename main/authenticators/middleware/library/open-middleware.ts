// The program of the process that has a library of middleware in it.
import type { LibraryProgram, OpenLibraryProgram } from '../../../library-process/serve-library.ts';
import {
  encodeAssertion,
  encodeCredential,
  encodeResidentKeys,
  middlewareFault,
  parseAssertionRequest,
  parseEnrollmentRequest,
  parsePin,
} from './middleware-messages.ts';
import { Middleware } from './sk-api.ts';

export const openMiddleware: OpenLibraryProgram = (): LibraryProgram => {
  let middleware: Middleware | undefined;
  const loaded = () => {
    if (middleware === undefined) throw new Error(middlewareFault.general);
    return middleware;
  };
  return {
    answer(operation, body) {
      switch (operation) {
        case 'load':
          middleware = new Middleware(new TextDecoder().decode(body));
          return new Uint8Array();
        case 'check':
          return new Uint8Array();
        case 'sign':
          return encodeAssertion(loaded().sign(parseAssertionRequest(body)));
        case 'enroll':
          return encodeCredential(loaded().enroll(parseEnrollmentRequest(body)));
        case 'resident-keys':
          return encodeResidentKeys(loaded().residentKeys(parsePin(body)));
        default:
          throw new Error(middlewareFault.general);
      }
    },
  };
};
