// How many handles to a kernel object are open in all processes together.
import type { Handle } from '../libraries/native-library.ts';
import { ntdll, type ObjectFacts } from '../libraries/ntdll.ts';

const OBJECT_BASIC_INFORMATION = 0;

/** The number of open handles, the one given included; undefined when the system does not tell. */
export function handleCountOf(handle: Handle): number | undefined {
  const facts: ObjectFacts = {};
  const { objectFactsBytes, NtQueryObject } = ntdll();
  // SAFETY: the size given is the structure's own; the caller holds the handle open.
  const status = NtQueryObject(handle, OBJECT_BASIC_INFORMATION, facts, objectFactsBytes, null);
  return status === 0 ? facts.HandleCount : undefined;
}
