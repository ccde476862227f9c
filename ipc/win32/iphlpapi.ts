// iphlpapi.dll: the table of TCP connections. Declarations only.
import { type BOOL, systemLibrary } from './native-library.ts';

export interface Iphlpapi {
  GetExtendedTcpTable(
    table: Uint8Array | null,
    bytes: (number | null)[],
    sorted: BOOL,
    family: number,
    tableClass: number,
    reserved: number,
  ): number;
}

export const iphlpapi: () => Iphlpapi = systemLibrary('iphlpapi.dll', (dll) => ({
  GetExtendedTcpTable: dll.func(
    'uint32_t __stdcall GetExtendedTcpTable(_Out_ uint8_t *, _Inout_ uint32_t *, int, uint32_t, int, uint32_t)',
  ),
}));
