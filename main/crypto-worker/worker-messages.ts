// What the pool and its worker say to each other. Byte arrays are transferred, so each side has one copy to wipe.
import type { CryptoOffload } from '../keys/crypto-offload.ts';
import { secretCopy } from '../keys/encoding/secret-array.ts';

export type Operation = keyof CryptoOffload;

/** Arguments of an operation without its signal: byte arrays, numbers, and flat objects of them. */
export type Argument = Uint8Array | number | string | { readonly [name: string]: Argument };

export interface WorkerRequest {
  readonly id: number;
  readonly operation: Operation;
  readonly args: readonly Argument[];
}

export type WorkerResponse =
  | { readonly id: number; readonly result: Uint8Array | boolean }
  | { readonly id: number; readonly error: string };

/** All byte arrays in the arguments, nested ones too. */
export function byteArraysIn(args: readonly Argument[]): Uint8Array<ArrayBuffer>[] {
  return args.flatMap((argument) => {
    if (argument instanceof Uint8Array) return [argument as Uint8Array<ArrayBuffer>];
    return typeof argument === 'object' ? byteArraysIn(Object.values(argument)) : [];
  });
}

/** A deep copy whose byte arrays each own their whole buffer, ready to be transferred. */
export function copyArgument(argument: Argument): Argument {
  if (argument instanceof Uint8Array) return secretCopy(argument);
  if (typeof argument !== 'object') return argument;
  return Object.fromEntries(Object.entries(argument).map(([name, value]) => [name, copyArgument(value)]));
}
