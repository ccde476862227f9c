// What both questions have in common.
import type { Bridge } from '../../ipc/contract/contract.ts';

/** What either question gets of the page. */
export interface PromptProps<View> {
  readonly bridge: Bridge;
  readonly view: View;
  readonly deadlineMs: number;
  readonly isFocused: boolean;
}
