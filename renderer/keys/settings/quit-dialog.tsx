// Asks before Sallyport ends: programs then find no agent.
import { DialogActions, DialogFrame } from '../controls/dialog-frame.tsx';
import { ask } from '../store/ask.ts';
import { closeDialog, useWindowStore } from '../store/window-store.ts';

export function QuitDialog() {
  const prompts = useWindowStore((state) => state.main?.prompts.length) ?? 0;
  const quit = () => {
    closeDialog();
    void ask('app.quit', {});
  };
  return (
    <DialogFrame title="Quit Sallyport?" onClose={closeDialog}>
      <div className="dialog-body">
        <p>
          Programs can’t use your keys until you start it again. To keep it running, just close this window.
        </p>
        {prompts > 0 && (
          <p>
            {prompts === 1 ? 'A question is' : `${prompts} questions are`} still waiting and will be answered
            “no”.
          </p>
        )}
      </div>
      <DialogActions>
        <button type="button" className="button danger" onClick={quit}>
          Quit
        </button>
        <button type="button" className="button" data-initial-focus onClick={closeDialog}>
          Cancel
        </button>
      </DialogActions>
    </DialogFrame>
  );
}
