// The section "Doors": every listener with its state, and what to do about one that is not open.
import { useState } from 'react';
import type { DoorView } from '../../../ipc/contract/doors.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Badge, type BadgeLook } from '../controls/badge.tsx';
import { SwitchRow } from '../controls/switch-row.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import './doors.css';

const looks: Readonly<Record<DoorView['status'], BadgeLook>> = {
  listening: { icon: 'check', word: 'Open', tone: 'good' },
  starting: { icon: 'clock', word: 'Opening', tone: '' },
  stopped: { icon: 'close', word: 'Closed', tone: '' },
  degraded: { icon: 'warning', word: 'Not open', tone: 'caution' },
};

function setClosed(door: DoorView, isClosed: boolean): void {
  const closed = useWindowStore.getState().main?.settings.closedDoors ?? [];
  const others = closed.filter((name) => name !== door.name);
  void ask('settings.set', { closedDoors: isClosed ? [...others, door.name] : others });
}

function RetryButton({ door }: { readonly door: DoorView }) {
  const [isBusy, setIsBusy] = useState(false);
  const retry = async () => {
    setIsBusy(true);
    const after = await ask('doors.retry', { name: door.name });
    setIsBusy(false);
    if (after !== undefined)
      tell(after.status === 'listening' ? `${door.title} is open.` : `${door.title} is still not open.`);
  };
  return (
    <button type="button" className="button" disabled={isBusy} onClick={() => void retry()}>
      <Icon name="retry" />
      {isBusy ? 'Trying…' : 'Try again'}
    </button>
  );
}

function Trouble({ door }: { readonly door: DoorView }) {
  if (door.status !== 'degraded') return null;
  const { reason, remedy, heldBy } = door;
  return (
    <div className="door-trouble">
      {reason !== undefined && (
        <p>
          <ForeignText text={reason} />
        </p>
      )}
      {heldBy !== undefined && (
        <p>
          Held by{' '}
          <ForeignText
            text={heldBy.executable ?? 'a program'}
            maxCharacters={200}
            className="main"
            isQuoted={heldBy.executable !== undefined}
          />{' '}
          (process {heldBy.pid}).
        </p>
      )}
      {remedy !== undefined && (
        <p>
          <ForeignText text={remedy} />
        </p>
      )}
      <RetryButton door={door} />
    </div>
  );
}

function Door({ door, isClosed }: { readonly door: DoorView; readonly isClosed: boolean }) {
  return (
    <li className="card">
      <div className="card-head">
        <h2>{door.title}</h2>
        <Badge look={looks[door.status]} />
      </div>
      {door.address !== undefined && (
        <p className="mono quiet">
          <ForeignText text={door.address} />
        </p>
      )}
      <Trouble door={door} />
      <SwitchRow
        label={
          <>
            Keep this door open <span className="unseen">({door.title})</span>
          </>
        }
        isOn={!isClosed}
        onChange={(isOn) => setClosed(door, !isOn)}
      />
    </li>
  );
}

export function DoorsSection() {
  const doors = useWindowStore((state) => state.main?.doors) ?? [];
  const closed = useWindowStore((state) => state.main?.settings.closedDoors) ?? [];
  return (
    <div className="cards">
      <p className="quiet">
        Programs reach Sallyport through these. One that can’t be opened leaves the others working.
      </p>
      <ul className="cards">
        {doors.map((door) => (
          <Door key={door.name} door={door} isClosed={closed.includes(door.name)} />
        ))}
      </ul>
    </div>
  );
}
