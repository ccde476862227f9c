// Electron's `Menu`, as data that a test can read and click.
import type { MenuItemConstructorOptions } from 'electron';

export interface MenuItemView {
  readonly id: string;
  readonly label: string;
  readonly enabled: boolean;
  readonly submenu?: readonly MenuItemView[];
}

export class Menu {
  readonly template: readonly MenuItemConstructorOptions[];

  constructor(template: readonly MenuItemConstructorOptions[]) {
    this.template = template;
  }

  static buildFromTemplate(template: readonly MenuItemConstructorOptions[]): Menu {
    for (const { label, role, type } of template)
      if (label === undefined && role === undefined && type !== 'separator')
        throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
    return new Menu(template);
  }
}

const submenuOf = ({ submenu }: MenuItemConstructorOptions) => (Array.isArray(submenu) ? submenu : []);

export function viewMenu(template: readonly MenuItemConstructorOptions[]): MenuItemView[] {
  return template
    .filter(({ type }) => type !== 'separator')
    .map((item) => ({
      id: item.id ?? '',
      label: item.label ?? '',
      enabled: item.enabled ?? true,
      ...(item.submenu && { submenu: viewMenu(submenuOf(item)) }),
    }));
}

/** Clicks an item at any depth; as in a real menu, a disabled one can't be clicked. */
export function clickMenuItem(template: readonly MenuItemConstructorOptions[], id: string): void {
  const all = template.flatMap((item) => [item, ...submenuOf(item)]);
  const found = all.find((item) => item.id === id);
  if (found === undefined || found.enabled === false) throw new Error(`no menu item ${id} to click`);
  // The item and window that Electron hands over are not looked at.
  (found.click as () => void)();
}
