// What is to hold for keys that are being added: when their use is asked about, and how long they stay.
import type { RequestInput } from '../../../ipc/contract/contract.ts';
import { SelectRow } from '../controls/select-row.tsx';
import { choosableLevels, levelExplanations } from '../words/ask-levels.ts';
import { lifetimes } from '../words/lifetimes.ts';
import './add-wishes.css';

export type AddWishes = Omit<RequestInput<'keys.add'>, 'source'>;

type Lifetime = 'unlimited' | (typeof lifetimes)[number]['value'];

/** What is chosen in the rows. */
export interface WishChoice {
  readonly askLevel: NonNullable<AddWishes['askLevel']> | 'usual';
  readonly lifetime: Lifetime;
}

export const usualWishes: WishChoice = { askLevel: 'usual', lifetime: 'unlimited' };

export function wishesOf({ askLevel, lifetime }: WishChoice, keepEncrypted: boolean): AddWishes {
  const seconds = lifetimes.find(({ value }) => value === lifetime)?.seconds;
  return {
    keepEncrypted,
    ...(askLevel !== 'usual' && { askLevel }),
    ...(seconds !== undefined && { lifetimeSeconds: seconds }),
  };
}

const levels = [{ value: 'usual', label: 'As usual' }, ...choosableLevels] as const;

interface WishRowsProps {
  readonly choice: WishChoice;
  readonly onChange: (choice: WishChoice) => void;
}

export function WishRows({ choice, onChange }: WishRowsProps) {
  return (
    <div className="wish-rows">
      <SelectRow
        label="Ask before use"
        explanation={
          choice.askLevel === 'usual'
            ? 'As you chose for the key before, else as for all keys.'
            : `${levelExplanations[choice.askLevel]} You can choose otherwise later.`
        }
        value={choice.askLevel}
        choices={levels}
        onChange={(askLevel) => onChange({ ...choice, askLevel })}
      />
      <SelectRow
        label="Remove from the agent"
        explanation={
          choice.lifetime === 'unlimited'
            ? undefined
            : 'Such a key is not there any more at the next start, either.'
        }
        value={choice.lifetime}
        choices={[{ value: 'unlimited', label: 'Never' }, ...lifetimes]}
        onChange={(lifetime) => onChange({ ...choice, lifetime })}
      />
    </div>
  );
}
