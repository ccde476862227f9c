// Who sent an IPC message: decided by what Electron says of the frame, never by what the message says.
import type { IpcMainInvokeEvent } from 'electron';
import type { WindowRole } from '../../../ipc/contract/request.ts';
import { pageOrigin } from '../windows/page-origin.ts';

export interface Sender {
  readonly role: WindowRole;
  readonly webContentsId: number;
}

/** The roles of our windows while they exist, by the id of their web contents. */
export type WindowRoles = ReadonlyMap<number, WindowRole>;

/** A message from somewhere that must not send any; `message` is for the log. */
export class UntrustedSenderError extends Error {
  override readonly name = 'UntrustedSenderError';
}

/** What the check needs of Electron's event. */
export type SenderEvent = Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>;

/**
 * SECURITY (SECURITY.md, "Windows"): throws UntrustedSenderError unless the message comes from the main frame of
 * a window that we opened, showing the page of its role. A frame that has navigated or gone is null: refused.
 */
export function assertSender({ sender, senderFrame }: SenderEvent, roles: WindowRoles): Sender {
  const role = roles.get(sender.id);
  if (role === undefined) throw new UntrustedSenderError('a window that is none of ours');
  if (senderFrame === null) throw new UntrustedSenderError('a frame that is gone');
  if (senderFrame.parent !== null || senderFrame !== sender.mainFrame)
    throw new UntrustedSenderError('a frame inside a page');
  // `origin` of a custom scheme is only whole for standard schemes; the address decides as well.
  const { origin, url } = senderFrame;
  if (origin !== pageOrigin(role) || !url.startsWith(`${pageOrigin(role)}/`))
    throw new UntrustedSenderError('another page than its own');
  return { role, webContentsId: sender.id };
}
