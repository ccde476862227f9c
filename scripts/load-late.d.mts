/** The code of a chunk in which modules of Node's own, and the part "late", are loaded at their first use. */
export function loadLate(code: string): string;
