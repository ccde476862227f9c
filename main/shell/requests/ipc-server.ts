// Puts the contract's requests on Electron's IPC. The only file that names ipcMain.
import { ipcMain } from 'electron';
import { type RequestName, requests } from '../../../ipc/contract/contract.ts';
import { answerRequest, type RequestServer } from './answer-request.ts';

export function serveRequests(server: RequestServer): void {
  for (const name of Object.keys(requests) as RequestName[])
    ipcMain.handle(name, (event, input: unknown) => answerRequest(server, name, event, input));
}
