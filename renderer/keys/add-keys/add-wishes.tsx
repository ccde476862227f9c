// What is to hold for keys that are being added: when their use is asked about, and how long they stay.

import { useState } from 'react';
import type { RequestInput } from '../../../ipc/contract/contract.ts';
import { SelectRow } from '../controls/select-row.tsx';
import { HostChoice, useHostChoice } from '../key-hosts/host-choice.tsx';
import { onlyToHint } from '../key-hosts/only-to-hint.ts';
import { choosableLevels, levelExplanations } from '../words/ask-levels.ts';
import { lifetimes } from '../words/lifetimes.ts';
import './add-wishes.css';

export type AddWishes = Omit<RequestInput<'keys.add'>, 'source'>;

type Lifetime = 'unlimited' | (typeof lifetimes)[number]['value'];

/** What is chosen in the rows. */
interface WishChoice {
  readonly askLevel: NonNullable<AddWishes['askLevel']> | 'usual';
  readonly lifetime: Lifetime;
}

const usualWishes: WishChoice = { askLevel: 'usual', lifetime: 'unlimited' };

function wishesOf({ askLevel, lifetime }: WishChoice) {
  const seconds = lifetimes.find(({ value }) => value === lifetime)?.seconds;
  return {
    ...(askLevel !== 'usual' && { askLevel }),
    ...(seconds !== undefined && { lifetimeSeconds: seconds }),
  };
}

/** What is to hold for keys that are being added: as usual at first. */
export function useWishes() {
  const [choice, setChoice] = useState(usualWishes);
  const offered = useHostChoice('offer');
  const only = useHostChoice('restrict');
  return {
    rows: { choice, onChange: setChoice, offered, only },
    /** Resolves to undefined where something is no host yet, which is told at its field. */
    async settle(keepEncrypted: boolean): Promise<AddWishes | undefined> {
      const [hosts, onlyTo] = await Promise.all([offered.take(), only.take()]);
      if (hosts === undefined || onlyTo === undefined) return undefined;
      return {
        keepEncrypted,
        ...wishesOf(choice),
        ...(hosts.length > 0 && { hosts: [...hosts] }),
        ...(onlyTo.length > 0 && { onlyTo: [...onlyTo] }),
      };
    },
  };
}

const levels = [{ value: 'usual', label: 'As usual' }, ...choosableLevels] as const;

type WishRowsProps = ReturnType<typeof useWishes>['rows'] & {
  /** Else the person opens them. */
  readonly areHostsShown: boolean;
};

export function WishRows({ choice, onChange, offered, only, areHostsShown }: WishRowsProps) {
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
      <details className="host-wishes" open={areHostsShown}>
        <summary>Hosts</summary>
        <HostChoice
          choice={offered}
          label="Use for hosts"
          hint="A host with keys set is offered only those. The key can be used elsewhere, too: this is about what is tried first."
        />
        <HostChoice choice={only} label="Only for hosts" hint={onlyToHint} />
      </details>
    </div>
  );
}
