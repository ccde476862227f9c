// Errors as one line and an exit code: the one catch at the command's edge ends here.
import { UntrustedPlaceError } from '../../../ipc/posix/files/trusted-place.ts';
import { TransportError } from '../../../ipc/transports/transport.ts';
import { foreignName, foreignText } from '../../../text/foreign-text.ts';
import { meaningOfSystemError } from '../../../text/system-error.ts';
import { toError } from '../../agent/protocol/errors.ts';
import { AgentConnectionError, AgentRefusedError, NoAgentError } from '../../client/agent-errors.ts';
import { SecurityKeyError } from '../../keys/authenticator.ts';
import { KeyFileError } from '../../keys/files/shared/key-file-error.ts';
import { CommandError, exitCode, UsageError } from './command.ts';

const maxLineCharacters = 1000;

function messageOf(error: unknown): string {
  if (error instanceof TransportError || error instanceof SecurityKeyError)
    return `${error.message} ${error.remedy}`;
  const expected = [
    AgentConnectionError,
    AgentRefusedError,
    NoAgentError,
    KeyFileError,
    CommandError,
    UntrustedPlaceError,
    UsageError,
  ];
  if (expected.some((kind) => error instanceof kind)) return (error as Error).message;
  const { code, path, message }: NodeJS.ErrnoException = toError(error);
  const meaning = meaningOfSystemError(code);
  if (code === 'ENOENT' && path?.includes('\ufffd'))
    return `${foreignName(path)}: ${meaning}. A name that is not UTF-8 can't be given here: rename the file.`;
  if (meaning)
    return path === undefined ? `The system refused: ${meaning}.` : `${foreignName(path)}: ${meaning}.`;
  return `Unexpected error: ${message}`;
}

/** One printable line for the person, without a stack. */
export function explainError(error: unknown): string {
  return foreignText(messageOf(error).replace(/\s+/g, ' '), maxLineCharacters);
}

/** Nobody reads standard output any more: `sallyport list | head -1`. No news for anybody, and no use in going on. */
export function isBrokenPipe(error: unknown): boolean {
  const { code }: NodeJS.ErrnoException = toError(error);
  return code === 'EPIPE';
}

/** The exit code that goes with an error. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof UsageError) return exitCode.usage;
  if (error instanceof NoAgentError) return exitCode.noAgent;
  return exitCode.failed;
}
