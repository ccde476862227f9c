// One request of a window, from the raw message to its answer: sender, role and input are checked here for all.
import * as v from 'valibot';
import {
  type CheckedInput,
  type Outcome,
  type RequestName,
  type RequestOutput,
  requests,
} from '../../../ipc/contract/contract.ts';
import { assertSender, type Sender, type SenderEvent, type WindowRoles } from './assert-sender.ts';
import { RequestFailure } from './request-failure.ts';

/** One function for each entry of the contract; a missing or superfluous one does not compile. */
export type RequestHandlers = {
  readonly [N in RequestName]: (
    input: CheckedInput<N>,
    from: Sender,
  ) => Promise<RequestOutput<N>> | RequestOutput<N>;
};

/** Those of a feature: of the requests that one file of the contract has. */
export type HandlersOf<R> = Pick<RequestHandlers, keyof R & RequestName>;

export interface RequestServer {
  readonly roles: WindowRoles;
  readonly handlers: RequestHandlers;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

const refused = { ok: false, code: 'refused', message: 'This window may not ask that.' } as const;
const invalid = { ok: false, code: 'invalid', message: 'The request is not as it must be.' } as const;
const broken = {
  ok: false,
  code: 'failed',
  message:
    'Something went wrong inside Sallyport. Try again; its log tells more, and “Settings” says where that is.',
} as const;

/** Passphrases and key files travel as byte arrays; none outlives its request. */
function wipeBytes(value: unknown, depth = 0): void {
  if (value instanceof Uint8Array) value.fill(0);
  else if (typeof value === 'object' && value !== null && depth < 4)
    for (const inner of Object.values(value)) wipeBytes(inner, depth + 1);
}

function lineOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error';
}

/**
 * Answers one message. Never rejects. The byte arrays of the input are wiped when it is answered: a handler that
 * keeps them keeps a copy.
 */
export async function answerRequest<N extends RequestName>(
  server: RequestServer,
  name: N,
  event: SenderEvent,
  raw: unknown,
): Promise<Outcome<RequestOutput<N>>> {
  try {
    const spec = requests[name];
    let from: Sender;
    try {
      from = assertSender(event, server.roles);
    } catch (error: unknown) {
      server.log(`refused ${name}: ${lineOf(error)}`);
      return refused;
    }
    if (spec.role !== from.role) {
      server.log(`refused ${name}: not for a ${from.role} window`);
      return refused;
    }
    const input = v.safeParse(spec.input, raw);
    // An empty list would pass for an object without fields.
    if (!input.success || Array.isArray(raw)) {
      server.log(`refused ${name}: invalid input`);
      return invalid;
    }
    return { ok: true, value: await server.handlers[name](input.output as CheckedInput<N>, from) };
  } catch (error: unknown) {
    if (error instanceof RequestFailure) return { ok: false, code: 'failed', message: error.message };
    server.log(`${name} failed: ${lineOf(error)}`);
    return broken;
  } finally {
    wipeBytes(raw);
  }
}
