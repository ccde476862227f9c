// Messages as trees of fields, and changes of them that keep most of the structure, so that they get past the parser.
import { mutate } from './seeded-random.ts';

/** A whole number below the given one. */
export type Random = (below: number) => number;

export type Field =
  /** Numbers and raw bytes. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** RFC 4251 `string`; `length`, where it is there, is written in place of the true one. */
  | { readonly kind: 'string'; readonly fields: readonly Field[]; readonly length?: number };

export const pick = <T>(random: Random, choices: readonly T[]): T => choices[random(choices.length)] as T;

export const raw = (...bytes: number[]): Field => ({ kind: 'bytes', bytes: Uint8Array.from(bytes) });
export const uint32 = (value: number): Field => raw(value >>> 24, value >>> 16, value >>> 8, value);
const leaf = (bytes: Uint8Array): Field => ({ kind: 'bytes', bytes });
export const string = (...fields: readonly Field[]): Field => ({ kind: 'string', fields });
export const text = (value: string): Field => string(leaf(new TextEncoder().encode(value)));

const readUint32 = (bytes: Uint8Array, at: number) =>
  ((bytes[at] ?? 0) * 2 ** 24 +
    ((bytes[at + 1] ?? 0) << 16) +
    ((bytes[at + 2] ?? 0) << 8) +
    (bytes[at + 3] ?? 0)) >>>
  0;

/** The strings that `bytes` begins with, each read the same way, and what is left of it. */
export function structured(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (bytes.length - at >= 4) {
    const end = at + 4 + readUint32(bytes, at);
    if (end > bytes.length) break;
    fields.push(string(...structured(bytes.subarray(at + 4, end))));
    at = end;
  }
  if (at < bytes.length) fields.push(leaf(bytes.subarray(at)));
  return fields;
}

/** A `string` that holds what may be structured itself: a key, a signature. */
export const blob = (bytes: Uint8Array): Field => string(...structured(bytes));

function encodedLength(fields: readonly Field[]): number {
  return fields.reduce(
    (sum, field) => sum + (field.kind === 'bytes' ? field.bytes.length : 4 + encodedLength(field.fields)),
    0,
  );
}

export function encode(fields: readonly Field[]): Uint8Array {
  const result = new Uint8Array(encodedLength(fields));
  const view = new DataView(result.buffer);
  let at = 0;
  const write = (list: readonly Field[]): void => {
    for (const field of list) {
      if (field.kind === 'bytes') {
        result.set(field.bytes, at);
        at += field.bytes.length;
        continue;
      }
      const start = at;
      at += 4;
      write(field.fields);
      view.setUint32(start, field.length ?? at - start - 4);
    }
  };
  write(fields);
  return result;
}

const borders = [
  0, 1, 2, 4, 16, 127, 128, 255, 256, 4096, 4097, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

/** Lines of a key file: one left out, doubled, swapped with the next, or with another number in it. */
function changeLines(bytes: Uint8Array, random: Random): Uint8Array {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const at = random(lines.length);
  const line = lines[at] ?? '';
  const changes: readonly (() => readonly string[])[] = [
    () => [],
    () => [line, line],
    () => [lines[at + 1] ?? '', line],
    () => [line.replace(/\d+/, String(pick(random, borders)))],
    () => [Buffer.from(mutate(Buffer.from(line), random)).toString('latin1')],
  ];
  lines.splice(at, 1, ...pick(random, changes)());
  return Buffer.from(lines.join('\n'), 'latin1');
}

function changeBytes(bytes: Uint8Array, random: Random): Field {
  const isText = bytes.length > 60 && bytes.includes(0x0a);
  if (isText && random(4) > 0) return leaf(changeLines(bytes, random));
  if (bytes.length === 1) return raw(pick(random, [0, 1, 2, 3, 127, 128, 255]));
  if (bytes.length === 4 && random(2) === 0) return uint32(pick(random, borders));
  return leaf(mutate(bytes, random));
}

function withWrongLength(field: Field, random: Random): Field {
  if (field.kind === 'bytes') return changeBytes(field.bytes, random);
  const right = encodedLength(field.fields);
  return { ...field, length: pick(random, [right + 1, Math.max(0, right - 1), right * 2, ...borders]) };
}

/** One change of one field, at any depth; `donor` is a message whose fields may be taken over. */
export function mutateFields(
  fields: readonly Field[],
  random: Random,
  donor: readonly Field[],
): readonly Field[] {
  if (fields.length === 0) return [leaf(Uint8Array.from({ length: random(9) }, () => random(256)))];
  const at = random(fields.length);
  const field = fields[at] as Field;
  const withReplaced = (...replacement: readonly Field[]) => fields.toSpliced(at, 1, ...replacement);
  if (field.kind === 'string' && random(5) > 1)
    return withReplaced({ ...field, fields: mutateFields(field.fields, random, donor) });
  const changes: readonly (() => readonly Field[])[] = [
    () => withReplaced(),
    () => withReplaced(field, field),
    () => withReplaced(...(fields[at + 1] ? [fields[at + 1] as Field, field] : [])),
    () => fields.slice(0, at),
    () => withReplaced(withWrongLength(field, random)),
    () => withReplaced(withWrongLength(field, random)),
    () => withReplaced(pick(random, donor)),
    () => withReplaced(pick(random, donor), field),
    () => withReplaced(string(field)),
    () => withReplaced(...(field.kind === 'string' ? field.fields : [string()])),
    () => [...fields, ...(random(2) === 0 ? [raw(0)] : donor.slice(random(donor.length)))],
  ];
  if (field.kind === 'bytes' && random(2) === 0) return withReplaced(changeBytes(field.bytes, random));
  return pick(random, changes)();
}
