// How many handles to a kernel object are open in all processes together (ntdll.dll).
import { type Handle, systemLibrary } from './native-library.ts';

const OBJECT_BASIC_INFORMATION = 0;

interface ObjectFacts {
  HandleCount?: number;
}

interface Ntdll {
  readonly objectFactsBytes: number;
  NtQueryObject(
    handle: Handle,
    informationClass: number,
    facts: ObjectFacts,
    bytes: number,
    written: null,
  ): number;
}

const ntdll = systemLibrary('ntdll.dll', (dll, koffi): Ntdll => {
  // PUBLIC_OBJECT_BASIC_INFORMATION of winternl.h.
  const objectFacts = koffi.struct({
    Attributes: 'uint32_t',
    GrantedAccess: 'uint32_t',
    HandleCount: 'uint32_t',
    PointerCount: 'uint32_t',
    Reserved: koffi.array('uint32_t', 10),
  });
  return {
    objectFactsBytes: koffi.sizeof(objectFacts),
    NtQueryObject: dll.func('__stdcall', 'NtQueryObject', 'int32_t', [
      ...['void *', 'int32_t'],
      koffi.out(koffi.pointer(objectFacts)),
      ...['uint32_t', 'void *'],
    ]),
  };
});

/** The number of open handles, the one given included; undefined when the system does not tell. */
export function handleCountOf(handle: Handle): number | undefined {
  const facts: ObjectFacts = {};
  // SAFETY: the size given is the structure's own; the caller holds the handle open.
  const status = ntdll().NtQueryObject(
    handle,
    OBJECT_BASIC_INFORMATION,
    facts,
    ntdll().objectFactsBytes,
    null,
  );
  return status === 0 ? facts.HandleCount : undefined;
}
