export function makeIcon(path: string): void;
