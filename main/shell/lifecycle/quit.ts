// The end of the program: asked for first when questions wait, then everything is put away in order.
import { app, dialog } from 'electron';
import { withinLimit } from '../../basics/waiting.ts';

export interface QuitOptions {
  readonly promptCount: () => number;
  /** Saves and closes everything; the program ends when it resolves. */
  readonly stop: () => Promise<void>;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

/** The last uses are written down within this time, or not at all. */
const stopLimitMs = 10_000;

/** True when nothing waits, or the person wants to end all the same. */
async function mayQuit(promptCount: number): Promise<boolean> {
  if (promptCount === 0) return true;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    title: 'Sallyport',
    message: 'A question waits for your answer. Quit all the same?',
    detail:
      'The program that asked gets a refusal, and no program can use your keys until Sallyport runs again.',
    buttons: ['Keep running', 'Quit'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

/** Whatever does not come to its end must not leave an icon that can't be quit. */
function notInTime(): never {
  throw new Error('not everything was put away in time');
}

/** Makes every way to quit take this one. Returns the function that quits, at once when the person was asked elsewhere. */
export function handleQuit({ promptCount, stop, log }: QuitOptions): (atOnce?: boolean) => void {
  let isAsking = false;
  let isEnding = false;
  const logEnd = (error: unknown) => log(`ending: ${error instanceof Error ? error.message : 'failed'}`);
  const end = async () => {
    if (isEnding) return;
    isEnding = true;
    try {
      await withinLimit(stop(), stopLimitMs, notInTime);
    } catch (error: unknown) {
      logEnd(error);
    } finally {
      app.exit(0);
    }
  };
  const quit = async () => {
    if (isAsking || isEnding) return;
    isAsking = true;
    try {
      if (await mayQuit(promptCount())) await end();
    } catch (error: unknown) {
      logEnd(error);
    } finally {
      isAsking = false;
    }
  };
  app.on('before-quit', (event) => {
    event.preventDefault();
    void quit();
  });
  // The program lives in the tray: closing its windows ends nothing.
  app.on('window-all-closed', () => {});
  return (atOnce = false) => void (atOnce ? end() : quit());
}
