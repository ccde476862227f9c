// The icon in the notification area: left click opens the keys or the question that waits, right click the menu.
import { Menu, nativeImage, screen, Tray } from 'electron';
import { cut } from '../../../text/foreign-text.ts';
import type { DesktopFacts } from '../windows/desktop-facts.ts';
import { drawTrayIcon } from './draw-tray-icon.ts';
import { encodePng } from './encode-png.ts';
import { type TrayActions, trayMenu } from './tray-menu.ts';
import { type TrayFacts, type TrayState, trayState, trayTooltip } from './tray-state.ts';
import { watchTaskbar } from './watch-taskbar.ts';

const baseSize = 16;
/** NOTIFYICONDATA's szInfo without its NUL; Electron would cut in the middle of a character. */
const maxBalloonUnits = 255;

/** Scale factors, and the pixels of the icon for each. */
function representations(): readonly { readonly scaleFactor: number; readonly size: number }[] {
  const pixels = (scaleFactor: number) => Math.round(baseSize * scaleFactor);
  // On Windows Electron takes nothing but the first scale for the tray, whatever the display's is: the pixels that
  // the taskbar's display needs go there.
  if (process.platform === 'win32')
    return [{ scaleFactor: 1, size: pixels(screen.getPrimaryDisplay().scaleFactor) }];
  return [1, 1.25, 1.5, 1.75, 2].map((scaleFactor) => ({ scaleFactor, size: pixels(scaleFactor) }));
}

function imageOf(state: TrayState, isTaskbarDark: boolean): Electron.NativeImage {
  const image = nativeImage.createEmpty();
  for (const { scaleFactor, size } of representations()) {
    const png = encodePng(drawTrayIcon(state, isTaskbarDark, size));
    const dataURL = `data:image/png;base64,${png.toString('base64')}`;
    image.addRepresentation({ scaleFactor, width: size, height: size, dataURL });
  }
  return image;
}

function balloonText(text: string): string {
  const characters = cut(text, maxBalloonUnits);
  // Some take two units.
  return characters.length <= maxBalloonUnits ? characters : cut(text, Math.floor(maxBalloonUnits / 2));
}

export class TrayIcon {
  readonly #tray: Tray;
  readonly #actions: TrayActions;
  readonly #facts: () => TrayFacts;
  readonly #desktop: Pick<DesktopFacts, 'isTaskbarDark'>;
  readonly #stopWatching: () => void;
  readonly #images = new Map<string, Electron.NativeImage>();
  #isTaskbarDark: boolean;
  readonly #redraw = () => {
    this.#images.clear();
    this.refresh();
  };

  constructor(
    actions: TrayActions,
    facts: () => TrayFacts,
    desktop: Pick<DesktopFacts, 'isTaskbarDark' | 'taskbarCreated'>,
  ) {
    this.#actions = actions;
    this.#facts = facts;
    this.#desktop = desktop;
    this.#isTaskbarDark = desktop.isTaskbarDark();
    this.#tray = new Tray(this.#image(trayState(facts())));
    this.#tray.on('click', () => {
      if (trayState(facts()) === 'prompt-waiting') actions.raisePrompt();
      else actions.show({ section: 'keys' });
    });
    this.#stopWatching = watchTaskbar(desktop.taskbarCreated, {
      // Electron adds the icon again without its tooltip, which is all that a screen reader has of it
      // (NotifyIcon::ResetIcon in its shell/browser/ui/win/notify_icon.cc).
      created: () => this.refresh(),
      coloursChanged: () => this.#takeInk(),
    });
    screen.on('display-metrics-changed', this.#redraw);
    this.refresh();
  }

  /** Windows only: a message beside the icon, which replaces the one before. */
  showBalloon(title: string, content: string, onClick: () => void): void {
    if (this.#tray.isDestroyed()) return;
    this.#tray.removeAllListeners('balloon-click');
    this.#tray.on('balloon-click', onClick);
    this.#tray.displayBalloon({
      iconType: 'none',
      title,
      content: balloonText(content),
      noSound: true,
      respectQuietTime: true,
    });
  }

  /** Shows the state of now. */
  refresh(): void {
    if (this.#tray.isDestroyed()) return;
    const facts = this.#facts();
    this.#tray.setImage(this.#image(trayState(facts)));
    this.#tray.setToolTip(trayTooltip(facts));
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayMenu(facts, this.#actions)));
  }

  destroy(): void {
    this.#stopWatching();
    screen.off('display-metrics-changed', this.#redraw);
    this.#tray.destroy();
  }

  /** Draws the icon anew when the taskbar has changed between dark and light. */
  #takeInk(): void {
    const isTaskbarDark = this.#desktop.isTaskbarDark();
    if (isTaskbarDark === this.#isTaskbarDark) return;
    this.#isTaskbarDark = isTaskbarDark;
    this.refresh();
  }

  #image(state: TrayState): Electron.NativeImage {
    const name = `${state} ${this.#isTaskbarDark}`;
    const image = this.#images.get(name) ?? imageOf(state, this.#isTaskbarDark);
    this.#images.set(name, image);
    return image;
  }
}
