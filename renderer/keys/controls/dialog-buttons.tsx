// The two rows of buttons that most dialogs end with.
import type { ReactNode } from 'react';
import { closeDialog } from '../store/window-store.ts';
import { DialogActions } from './dialog-frame.tsx';

interface DangerButtonsProps {
  /** What the dialog asks about. */
  readonly words: string;
  readonly onConfirm: () => void;
}

/** For a dialog that asks first. "Cancel" has the keyboard: a stray Enter does nothing. */
export function DangerButtons({ words, onConfirm }: DangerButtonsProps) {
  return (
    <DialogActions>
      <button type="button" className="button danger" onClick={onConfirm}>
        {words}
      </button>
      <button type="button" className="button" data-initial-focus onClick={closeDialog}>
        Cancel
      </button>
    </DialogActions>
  );
}

interface SubmitButtonsProps {
  readonly words: string;
  readonly isBusy: boolean;
  readonly onCancel: () => void;
  /** Ends what is under way; left out: it can't be left. */
  readonly onStop?: () => void;
  /** Buttons between the two. */
  readonly children?: ReactNode;
}

/** For a dialog with a form. Nothing can be pressed while it is sent. */
export function SubmitButtons({ words, isBusy, onCancel, onStop, children }: SubmitButtonsProps) {
  return (
    <DialogActions>
      <button type="submit" className="button primary" disabled={isBusy}>
        {words}
      </button>
      {children}
      <button
        type="button"
        className="button"
        disabled={isBusy && onStop === undefined}
        onClick={isBusy ? onStop : onCancel}
      >
        Cancel
      </button>
    </DialogActions>
  );
}
