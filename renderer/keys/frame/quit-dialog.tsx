// Asks before Sallyport ends: programs then find no agent.
import { DangerButtons } from '../controls/dialog-buttons.tsx';
import { DialogFrame } from '../controls/dialog-frame.tsx';
import { ask } from '../store/ask.ts';
import { closeDialog, openDialog, useWindowStore } from '../store/window-store.ts';

/** While prompts wait the main process asks by itself, however the end is brought about; nobody is asked twice. */
export function wishToQuit(): void {
  if (useWindowStore.getState().main?.prompts.length === 0) openDialog({ kind: 'quit' });
  else void ask('app.quit', {});
}

export function QuitDialog() {
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
      </div>
      <DangerButtons words="Quit" onConfirm={quit} />
    </DialogFrame>
  );
}
