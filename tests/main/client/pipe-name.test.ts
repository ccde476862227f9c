// Which addresses on Windows are on this computer.
import { expect, it } from 'vitest';
import { isOnThisComputer } from '../../../main/client/pipe-name.ts';

it.each([
  '\\\\.\\pipe\\openssh-ssh-agent',
  '//./pipe/a.b',
  '\\\\.\\pipe\\a\\b',
  'C:\\gnupg\\S.gpg-agent.ssh',
])('is on this computer: %s', (address) => expect(isOnThisComputer(address)).toBe(true));

it.each([
  '\\\\elsewhere\\pipe\\agent',
  '//elsewhere/share/S.gpg-agent.ssh',
  '\\\\?\\UNC\\elsewhere\\pipe\\agent',
  '\\\\.\\UNC\\elsewhere\\pipe\\agent',
  '\\\\.\\pipe\\..\\UNC\\elsewhere\\pipe\\agent',
  '//./pipe/. /../UNC/elsewhere/pipe/agent',
  '\\??\\UNC\\elsewhere\\agent',
  'agent',
  '',
])('is not, or may not be: %s', (address) => expect(isOnThisComputer(address)).toBe(false));
