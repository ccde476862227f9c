// Numbers of Windows' headers that more than one file passes to it.

/** Of the right to read an object's owner and access list. */
export const READ_CONTROL = 0x0002_0000;
/** Of the right to ask a process of any user what it is. */
export const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
/** Opens what is there, and makes nothing. */
export const OPEN_EXISTING = 3;
/** Operations on the handle may go on after their calls have returned. */
export const FILE_FLAG_OVERLAPPED = 0x4000_0000;
