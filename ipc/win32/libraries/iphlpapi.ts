// iphlpapi.dll: the table of TCP connections. Declarations only.
import type { KoffiFunc } from 'koffi';
import { type BOOL, type Handle, systemLibrary } from './native-library.ts';

export interface Iphlpapi {
  GetExtendedTcpTable: KoffiFunc<
    (
      table: Handle,
      bytes: (number | null)[],
      sorted: BOOL,
      family: number,
      tableClass: number,
      reserved: number,
    ) => number
  >;
}

export const iphlpapi: () => Iphlpapi = systemLibrary('iphlpapi.dll', (dll) => ({
  GetExtendedTcpTable: dll.func(
    'uint32_t __stdcall GetExtendedTcpTable(void *, _Inout_ uint32_t *, int, uint32_t, int, uint32_t)',
  ),
}));
