// Services of Windows: how they start, and whether they run.
import { advapi32 } from '../libraries/advapi32.ts';
import type { Handle } from '../libraries/native-library.ts';
import { lastWin32Error, Win32Error } from '../libraries/win32-error.ts';

const SC_MANAGER_CONNECT = 1;
const SERVICE_QUERY_CONFIG = 1;
const SERVICE_QUERY_STATUS = 4;
const SERVICE_STOPPED = 1;
const ERROR_SERVICE_DOES_NOT_EXIST = 1060;
/** QUERY_SERVICE_CONFIGW with its texts is at most so large (QueryServiceConfigW). */
const CONFIG_BYTES = 8192;
/** In QUERY_SERVICE_CONFIGW and SERVICE_STATUS. */
const START_TYPE_OFFSET = 4;
const STATE_OFFSET = 4;
const STATUS_BYTES = 28;

export interface ServiceFacts {
  /** As in winsvc.h: 2 with Windows, 3 on demand, 4 disabled. */
  readonly startType: number;
  /** Also while it starts or stops. */
  readonly isRunning: boolean;
}

function factsOf(service: Handle): ServiceFacts {
  const config = Buffer.alloc(CONFIG_BYTES);
  const status = Buffer.alloc(STATUS_BYTES);
  // SAFETY: the sizes are given; the texts behind the pointers in the configuration are not looked at.
  if (!advapi32().QueryServiceConfigW(service, config, config.length, [0]))
    throw lastWin32Error('QueryServiceConfigW');
  // SAFETY: SERVICE_STATUS has this size.
  if (!advapi32().QueryServiceStatus(service, status)) throw lastWin32Error('QueryServiceStatus');
  return {
    startType: config.readUInt32LE(START_TYPE_OFFSET),
    isRunning: status.readUInt32LE(STATE_OFFSET) !== SERVICE_STOPPED,
  };
}

/** Undefined where there is no service of that name. Throws Win32Error. */
export function queryService(name: string): ServiceFacts | undefined {
  // SAFETY: handles are closed below, each once.
  const manager = advapi32().OpenSCManagerW(null, null, SC_MANAGER_CONNECT);
  if (manager === null) throw lastWin32Error('OpenSCManagerW');
  try {
    const service = advapi32().OpenServiceW(manager, name, SERVICE_QUERY_CONFIG | SERVICE_QUERY_STATUS);
    if (service === null) {
      const error = lastWin32Error('OpenServiceW');
      if (error instanceof Win32Error && error.code === ERROR_SERVICE_DOES_NOT_EXIST) return undefined;
      throw error;
    }
    try {
      return factsOf(service);
    } finally {
      advapi32().CloseServiceHandle(service);
    }
  } finally {
    advapi32().CloseServiceHandle(manager);
  }
}
