// What the preload puts into a page.
import type { Bridge } from '../ipc/contract/contract.ts';

declare global {
  interface Window {
    readonly sallyport: Bridge;
  }
}
