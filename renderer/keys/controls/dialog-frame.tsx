// A modal dialog on the native element, which keeps the keyboard inside and gives it back afterwards.
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import './dialog-frame.css';

interface DialogFrameProps {
  readonly title: string;
  /** Esc, or the dialog closed in another way. Not called while `isBusy`. */
  readonly onClose: () => void;
  /** Something is under way that can't be left: Esc does nothing. */
  readonly isBusy?: boolean;
  readonly children: ReactNode;
}

/** The element with `data-initial-focus` gets the keyboard; else the first that can. */
export function DialogFrame({ title, onClose, isBusy = false, children }: DialogFrameProps) {
  const titleId = useId();
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    dialog.showModal();
    dialog.querySelector<HTMLElement>('[data-initial-focus]')?.focus();
    // Closing before the element goes is what gives the keyboard back to where it was.
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={titleId}
      aria-busy={isBusy}
      onCancel={(event) => {
        event.preventDefault();
        if (!isBusy) onClose();
      }}
    >
      <h2 id={titleId} className="dialog-title">
        {title}
      </h2>
      {children}
    </dialog>
  );
}

/** The row of buttons at the foot of a dialog. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="dialog-actions">{children}</div>;
}
