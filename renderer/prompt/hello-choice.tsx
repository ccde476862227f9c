// Windows Hello in a passphrase prompt: used now, or from now on.
import type { HelloView } from '../../ipc/contract/prompt.ts';
import { Icon } from '../parts/icon.tsx';

interface HelloButtonProps {
  readonly isDisabled: boolean;
  readonly onClick: () => void;
}

export function HelloButton({ isDisabled, onClick }: HelloButtonProps) {
  return (
    <>
      <button type="button" className="button primary" disabled={isDisabled} onClick={onClick}>
        <Icon name="unlock" />
        Unlock with Windows Hello
      </button>
      <p className="small quiet">Or type the passphrase, which always opens the key.</p>
    </>
  );
}

interface HelloTickProps {
  readonly offer: HelloView['offer'] | undefined;
  readonly isChosen: boolean;
  readonly onChange: (isChosen: boolean) => void;
  readonly isDisabled: boolean;
}

const labels = {
  'set-up': 'From now on unlock with Windows Hello',
  'set-up-anew': 'Set up Windows Hello anew for this key',
} as const;

/** Nothing where there is nothing to tick. */
export function HelloTick({ offer, isChosen, onChange, isDisabled }: HelloTickProps) {
  if (offer !== 'set-up' && offer !== 'set-up-anew') return null;
  return (
    <label className="choice">
      <input
        type="checkbox"
        checked={isChosen}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{labels[offer]}</span>
    </label>
  );
}
