// One key in the list.
import { type KeyboardEvent, type MouseEvent, memo } from 'react';
import type { KeyHome, KeyView } from '../../../ipc/contract/keys.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useWindowStore } from '../store/window-store.ts';
import { shownLevel } from '../words/ask-levels.ts';
import { durationText, secondsLeftNow } from '../words/duration-text.ts';
import { stateWordsOf } from '../words/key-words.ts';
import type { RowDrag } from './row-drag.ts';

/** The same for all rows as long as the list is the same. */
export interface RowActions {
  readonly press: (event: KeyboardEvent, key: KeyView) => void;
  readonly click: (event: MouseEvent, key: KeyView) => void;
}

interface KeyRowProps {
  readonly view: KeyView;
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  readonly receivedAtMs: number;
  /** 0 for a row without a time that runs. */
  readonly nowMs: number;
  readonly dropEdge: 'before' | 'after' | undefined;
  readonly isDraggable: boolean;
  readonly drag: RowDrag;
  readonly actions: RowActions;
}

type BadgesProps = Pick<KeyRowProps, 'view' | 'receivedAtMs' | 'nowMs'>;

function HomeBadge({ home: { title, isReachable } }: { readonly home: KeyHome }) {
  return (
    <span className={`badge ${isReachable ? '' : 'caution'}`}>
      <Icon name={isReachable ? 'agents' : 'warning'} />
      <ForeignText text={title} maxCharacters={24} className="key-home" />
      {!isReachable && ' out of reach'}
    </span>
  );
}

/** From when on the end of a certificate is told. */
const soonSeconds = 3 * 86_400;

/** Of a certificate that has expired the state tells. */
function ValidityBadge({ view: { validity }, receivedAtMs, nowMs }: BadgesProps) {
  if (validity?.state === 'not-yet') return <span className="badge caution">Not valid yet</span>;
  if (validity?.secondsLeft === undefined) return null;
  const seconds = secondsLeftNow(validity.secondsLeft, receivedAtMs, nowMs);
  if (seconds > soonSeconds) return null;
  return <span className="badge caution">Expires in {durationText(seconds)}</span>;
}

function KeyBadges({ view, receivedAtMs, nowMs }: BadgesProps) {
  const asksAlways = useWindowStore(({ main }) => shownLevel(view, main?.policy) === 'always');
  return (
    <span className="key-badges">
      {view.home !== undefined && <HomeBadge home={view.home} />}
      {view.isCertificate && <span className="badge">Certificate</span>}
      <ValidityBadge view={view} receivedAtMs={receivedAtMs} nowMs={nowMs} />
      {asksAlways && <span className="badge">Confirm</span>}
      {view.restricted && <span className="badge">Restricted</span>}
      {view.secondsLeft !== undefined && (
        <span className="badge">
          <Icon name="clock" />
          {durationText(secondsLeftNow(view.secondsLeft, receivedAtMs, nowMs))}
        </span>
      )}
    </span>
  );
}

/** Of hundreds of rows an arrow key changes two: only those are drawn. */
export const KeyRow = memo(function KeyRow(props: KeyRowProps) {
  const { view, isSelected, isTabStop, dropEdge, isDraggable, drag, actions } = props;
  const { icon, word } = stateWordsOf(view);
  return (
    <div
      id={`key-${view.id}`}
      className={`key-row ${view.state}${dropEdge === undefined ? '' : ` drop-${dropEdge}`}`}
      role="option"
      aria-selected={isSelected}
      tabIndex={isTabStop ? 0 : -1}
      onKeyDown={(event) => actions.press(event, view)}
      onClick={(event) => actions.click(event, view)}
      draggable={isDraggable}
      onDragStart={(event) => drag.start(event, view)}
      onDragOver={(event) => drag.over(event, view)}
      onDrop={drag.drop}
      onDragEnd={drag.end}
    >
      <Icon name={icon} />
      <span className="key-names">
        <ForeignText text={view.comment} ifEmpty="No comment" maxCharacters={200} className="key-comment" />
        <span className="key-line small quiet">
          {view.kind} <span className="mono key-fingerprint">{view.fingerprint}</span>
        </span>
      </span>
      <span className="key-states">
        <span className="key-state small">{word}</span>
        <KeyBadges {...props} />
      </span>
    </div>
  );
});
