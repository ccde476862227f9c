// The way to a process with a foreign library in it, which each kind of program starts in its own way.

/** What comes of a process. */
export interface LibraryEnds {
  /** A whole message of at most `maxLibraryMessageBytes`. */
  readonly onMessage: (message: Uint8Array) => void;
  /** Once, whyever: it ended, crashed, could not be started, or said what is no message. */
  readonly onEnd: () => void;
}

export interface LibraryChannel {
  /** Takes ownership of the message, and wipes it when it is sent. */
  send(message: Uint8Array): void;
  /** Ends the process at once, whatever the library does. `onEnd` may be called or not. */
  kill(): void;
}

/** Starts one with this program in it (`main/library-host.ts`). Never throws. */
export type StartLibraryProcess = (program: string, ends: LibraryEnds) => LibraryChannel;
