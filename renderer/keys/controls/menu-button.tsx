// A button that opens a menu: the platform’s popover places and closes it, what is here are the keys of a menu.
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { type FocusStep, focusInMenu } from './menu-keyboard.ts';
import './menu-button.css';

export interface MenuItem {
  readonly icon: IconName;
  readonly label: string;
  /** What it means, in a few words. */
  readonly hint?: string;
  readonly isDisabled?: boolean;
  /** A line is drawn above it. */
  readonly startsGroup?: boolean;
  readonly onChoose: () => void;
}

interface MenuButtonProps {
  /** What the button shows. */
  readonly children: ReactNode;
  readonly className?: string;
  /** The name of the menu, and of its button where that shows no words. */
  readonly label: string;
  readonly showsNoWords?: boolean;
  readonly items: readonly MenuItem[];
}

interface ItemProps {
  readonly item: MenuItem;
  readonly onChoose: () => void;
}

function Item({ item: { icon, label, hint, isDisabled = false, startsGroup = false }, onChoose }: ItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={startsGroup ? 'menu-item starts-group' : 'menu-item'}
      // Not `disabled`: the keyboard reaches it, so that it is heard that there is such a thing.
      aria-disabled={isDisabled}
      onClick={() => !isDisabled && onChoose()}
    >
      <Icon name={icon} />
      <span>
        <span>{label}</span>
        {hint !== undefined && <span className="small quiet"> {hint}</span>}
      </span>
    </button>
  );
}

/** While the menu is open the keyboard is in it; Esc, Tab and a choice give it back to the button. */
export function MenuButton({
  children,
  className = 'button',
  label,
  showsNoWords = false,
  items,
}: MenuButtonProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const opensAt = useRef<FocusStep>('first');
  const [isOpen, setIsOpen] = useState(false);

  const go = (step: FocusStep) => menu.current !== null && focusInMenu(menu.current, step);
  const close = () => {
    menu.current?.hidePopover();
    button.current?.focus();
  };
  const pressOnButton = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    opensAt.current = event.key === 'ArrowUp' ? 'last' : 'first';
    // Not `isOpen`, which follows: a key that comes before it would close the menu.
    if (menu.current?.matches(':popover-open')) go(opensAt.current);
    else button.current?.click();
  };
  const pressInMenu = (event: KeyboardEvent) => {
    // The keyboard is at the button again before Tab goes on from there.
    if (event.key === 'Tab') close();
    const steps: Readonly<Record<string, FocusStep>> = {
      ArrowDown: 'next',
      ArrowUp: 'previous',
      Home: 'first',
      End: 'last',
    };
    const isLetter = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.altKey;
    const step = steps[event.key] ?? (isLetter ? { letter: event.key } : undefined);
    if (step === undefined) return;
    event.preventDefault();
    go(step);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        {...(showsNoWords && { 'aria-label': label, title: label })}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        popoverTarget={id}
        onKeyDown={pressOnButton}
      >
        {children}
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className="menu"
        onKeyDown={pressInMenu}
        onToggle={(event) => {
          const opens = event.newState === 'open';
          setIsOpen(opens);
          if (opens) go(opensAt.current);
          opensAt.current = 'first';
        }}
      >
        {items.map((item) => (
          <Item
            key={item.label}
            item={item}
            onChoose={() => {
              close();
              item.onChoose();
            }}
          />
        ))}
      </div>
    </>
  );
}
