// ntdll.dll: declarations only, of calls that winternl.h or ntifs.h has. What they mean is in the files that make them.
import { type Handle, systemLibrary } from './native-library.ts';

/** PUBLIC_OBJECT_BASIC_INFORMATION; empty before the call. */
export interface ObjectFacts {
  HandleCount?: number;
}

/** PROCESS_BASIC_INFORMATION; empty before the call. */
export interface BasicProcessFacts {
  InheritedFromUniqueProcessId?: number;
}

export interface Ntdll {
  readonly objectFactsBytes: number;
  readonly processFactsBytes: number;
  /** NTSTATUS: 0 is success. */
  NtQueryObject(
    handle: Handle,
    informationClass: number,
    facts: ObjectFacts,
    bytes: number,
    written: null,
  ): number;
  /** NTSTATUS: 0 is success. */
  NtQueryInformationProcess(
    process: Handle,
    informationClass: number,
    facts: BasicProcessFacts,
    bytes: number,
    written: null,
  ): number;
  /** NTSTATUS: 0 is success. */
  NtQuerySystemInformation(informationClass: number, facts: Uint8Array, bytes: number, written: null): number;
  /** NTSTATUS: 0 is success. */
  NtQueryInformationFile(
    file: Handle,
    ioStatus: Uint8Array,
    facts: Uint8Array,
    bytes: number,
    informationClass: number,
  ): number;
}

export const ntdll: () => Ntdll = systemLibrary('ntdll.dll', (dll, koffi) => {
  const objectFacts = koffi.struct({
    Attributes: 'uint32_t',
    GrantedAccess: 'uint32_t',
    HandleCount: 'uint32_t',
    PointerCount: 'uint32_t',
    Reserved: koffi.array('uint32_t', 10),
  });
  const processFacts = koffi.struct({
    ExitStatus: 'int32_t',
    PebBaseAddress: 'void *',
    AffinityMask: 'uintptr_t',
    BasePriority: 'int32_t',
    UniqueProcessId: 'uintptr_t',
    InheritedFromUniqueProcessId: 'uintptr_t',
  });
  const query = (name: string, facts: typeof objectFacts) =>
    dll.func('__stdcall', name, 'int32_t', [
      ...['void *', 'int32_t'],
      koffi.out(koffi.pointer(facts)),
      ...['uint32_t', 'void *'],
    ]);
  return {
    objectFactsBytes: koffi.sizeof(objectFacts),
    processFactsBytes: koffi.sizeof(processFacts),
    NtQueryObject: query('NtQueryObject', objectFacts),
    NtQueryInformationProcess: query('NtQueryInformationProcess', processFacts),
    NtQuerySystemInformation: dll.func(
      'int32_t __stdcall NtQuerySystemInformation(int32_t, _Out_ uint8_t *, uint32_t, void *)',
    ),
    NtQueryInformationFile: dll.func(
      'int32_t __stdcall NtQueryInformationFile(void *, _Out_ uint8_t *, _Out_ uint8_t *, uint32_t, int32_t)',
    ),
  };
});
