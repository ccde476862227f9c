// Prints what ipc/win32 finds out about the user of this process.
import {
  encodeInSystemCodePage,
  systemCodePage,
  throughSystemCodePage,
} from '../../../ipc/win32/code-page/system-code-page.ts';
import { kernel32 } from '../../../ipc/win32/libraries/kernel32.ts';
import { lastWin32Error, Win32Error } from '../../../ipc/win32/libraries/win32-error.ts';
import {
  accountName,
  currentUserSid,
  principalName,
  processOwnerSid,
  puttyUserNames,
  userSidOfProcess,
} from '../../../ipc/win32/security/current-user.ts';
import { isProcessBelowUs, ownIntegrityLevel } from '../../../ipc/win32/security/integrity-level.ts';
import { securityOf } from '../../../ipc/win32/security/object-security.ts';

function failure(): Win32Error {
  kernel32().OpenProcess(0x1000, 0, 0x7fff_fffc);
  return lastWin32Error('OpenProcess');
}

const error = failure();
process.stdout.write(
  JSON.stringify({
    userSid: currentUserSid(),
    processOwnerSid: processOwnerSid(),
    ownSidByPid: userSidOfProcess(process.pid),
    sidOfNobody: userSidOfProcess(0x7fff_fffc) ?? null,
    processDescriptor: securityOf(kernel32().GetCurrentProcess()),
    integrityLevel: ownIntegrityLevel(),
    isBelowItself: isProcessBelowUs(process.pid),
    isNobodyBelow: isProcessBelowUs(0x7fff_fffc),
    accountName: accountName(),
    samCompatibleName: await principalName(2),
    principalName: (await principalName()) ?? null,
    puttyUserNames: await puttyUserNames(),
    codePage: systemCodePage(),
    umlautBytes: [...encodeInSystemCodePage(new TextEncoder().encode('\u00fcb'))],
    foreign: throughSystemCodePage('a\u4e2d'),
    nothing: encodeInSystemCodePage(new Uint8Array(0)).length,
    error: { code: error.code, message: error.message, isWin32Error: error instanceof Win32Error },
  }),
);
