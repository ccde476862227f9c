// Every error becomes one printable line and an exit code.
import { describe, expect, it } from 'vitest';
import { TransportError } from '../../../../ipc/transports/transport.ts';
import { CommandError, UsageError } from '../../../../main/cli/parts/command.ts';
import { exitCodeFor, explainError } from '../../../../main/cli/parts/explain-error.ts';
import {
  AgentConnectionError,
  AgentRefusedError,
  NoAgentError,
} from '../../../../main/client/agent-errors.ts';
import { KeyFileError } from '../../../../main/keys/files/shared/key-file-error.ts';

describe('an error', () => {
  it('has exit code 2 for usage, 3 for no agent and 1 for the rest', () => {
    expect(exitCodeFor(new UsageError('x'))).toBe(2);
    expect(exitCodeFor(new NoAgentError('x'))).toBe(3);
    for (const error of [
      new CommandError('x'),
      new AgentRefusedError('x'),
      new AgentConnectionError('x'),
      new Error('x'),
      'x',
    ])
      expect(exitCodeFor(error)).toBe(1);
  });

  it('is said in its own words when it was made for the person', () => {
    expect(explainError(new KeyFileError('corrupt', 'The file is damaged.'))).toBe('The file is damaged.');
    expect(explainError(new TransportError('It is taken.', 'Take another.'))).toBe(
      'It is taken. Take another.',
    );
  });

  it('of the system is said with its path', () => {
    const error = Object.assign(new Error('ENOENT: x'), { code: 'ENOENT', path: '/a/b' });
    expect(explainError(error)).toBe('/a/b: no such file or directory.');
    expect(explainError(Object.assign(new Error('x'), { code: 'EMFILE' }))).toBe(
      'The system refused: too many open files.',
    );
    const full = Object.assign(new Error('x'), { code: 'EDQUOT', path: '/a' });
    expect(explainError(full)).toBe('/a: the disk quota is used up.');
  });

  it('is one line without control characters, whatever its message', () => {
    const text = explainError(new Error('a\n  at b\u001b[0m'));
    expect(text).toBe('Unexpected error: a at b<U+001B>[0m');
    expect(explainError(undefined)).toBe('Unexpected error: undefined');
    expect([...explainError(new CommandError('x'.repeat(100_000)))]).toHaveLength(1000);
  });
});
