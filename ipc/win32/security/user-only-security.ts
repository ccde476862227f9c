// What keeps everybody but this user out of a pipe or mutex that is about to be made.
import { type Handle, koffi } from '../libraries/native-library.ts';
import { currentUserSid } from './current-user.ts';
import { descriptorFromSddl, freeDescriptor } from './object-security.ts';

/** sizeof(SECURITY_ATTRIBUTES) on 64-bit Windows. */
const ATTRIBUTES_BYTES = 24;

/** SECURITY_ATTRIBUTES for objects that belong to this user alone; `dispose` when no more are to be made. */
export class UserOnlySecurity {
  readonly address: Handle;
  readonly #descriptor: Handle;

  /**
   * The owner is named, since PuTTY compares it with its user: an administrator's default owner is a
   * group. `rights` as in SDDL; so is `label`, without which programs of low integrity are let in, too.
   */
  constructor(rights: string, label = '') {
    const sid = currentUserSid();
    this.#descriptor = descriptorFromSddl(`O:${sid}D:P(A;;${rights};;;${sid})${label}`);
    this.address = koffi().alloc('uint8_t', ATTRIBUTES_BYTES);
    const bytes = new Uint8Array(ATTRIBUTES_BYTES);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, ATTRIBUTES_BYTES, true);
    view.setBigUint64(8, this.#descriptor, true);
    // SAFETY: the block has exactly this size; bInheritHandle stays false.
    koffi().encode(this.address, 'uint8_t', bytes, ATTRIBUTES_BYTES);
  }

  dispose(): void {
    koffi().free(this.address);
    freeDescriptor(this.#descriptor);
  }
}
