// The icon in the notification area: left click opens the keys or the question that waits, right click the menu.
import { Menu, nativeImage, nativeTheme, screen, Tray } from 'electron';
import { drawTrayIcon } from './draw-tray-icon.ts';
import { encodePng } from './encode-png.ts';
import { type TrayActions, trayMenu } from './tray-menu.ts';
import { type TrayFacts, type TrayState, trayState, trayTooltip } from './tray-state.ts';

export interface TrayLook extends TrayFacts {
  readonly isPaused: boolean;
}

const baseSize = 16;

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

export class TrayIcon {
  readonly #tray: Tray;
  readonly #actions: TrayActions;
  readonly #look: () => TrayLook;
  readonly #images = new Map<string, Electron.NativeImage>();
  readonly #repaint = () => this.refresh();
  readonly #redraw = () => {
    this.#images.clear();
    this.refresh();
  };

  constructor(actions: TrayActions, look: () => TrayLook) {
    this.#actions = actions;
    this.#look = look;
    this.#tray = new Tray(this.#image(trayState(look())));
    this.#tray.on('click', () => {
      if (look().promptCount > 0) actions.raisePrompt();
      else actions.show({ view: 'keys' });
    });
    nativeTheme.on('updated', this.#repaint);
    screen.on('display-metrics-changed', this.#redraw);
    this.refresh();
  }

  /** Shows the state of now. */
  refresh(): void {
    if (this.#tray.isDestroyed()) return;
    const look = this.#look();
    this.#tray.setImage(this.#image(trayState(look)));
    this.#tray.setToolTip(trayTooltip(look));
    const facts = { ...look, isLockedByClient: look.isAgentLocked && !look.isPaused };
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayMenu(facts, this.#actions)));
  }

  destroy(): void {
    nativeTheme.off('updated', this.#repaint);
    screen.off('display-metrics-changed', this.#redraw);
    this.#tray.destroy();
  }

  #image(state: TrayState): Electron.NativeImage {
    // The taskbar has a theme of its own on Windows.
    const isTaskbarDark = nativeTheme.shouldUseDarkColorsForSystemIntegratedUI;
    const name = `${state} ${isTaskbarDark}`;
    const image = this.#images.get(name) ?? imageOf(state, isTaskbarDark);
    this.#images.set(name, image);
    return image;
  }
}
