// Moves what was typed out of a field as bytes that can be wiped.

const utf8 = new TextEncoder();

/**
 * The field's text as UTF-8; the field is empty afterwards. The caller wipes the bytes with `fill(0)`.
 * The text itself can't be wiped (strings are the engine's), so that it is kept nowhere else.
 */
export function takeSecret(field: HTMLInputElement | HTMLTextAreaElement): Uint8Array<ArrayBuffer> {
  const bytes = utf8.encode(field.value);
  field.value = '';
  return bytes;
}
