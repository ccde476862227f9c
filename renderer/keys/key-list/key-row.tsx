// One key in the list.
import type { KeyboardEvent, MouseEvent } from 'react';
import type { KeyHome, KeyView } from '../../../ipc/contract/keys.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useWindowStore } from '../store/window-store.ts';
import { shownLevel } from '../words/ask-levels.ts';
import { durationText, secondsLeftNow } from '../words/duration-text.ts';
import { stateWordsOf } from '../words/key-words.ts';
import type { RowDragProps } from './row-drag.ts';

interface KeyRowProps {
  readonly view: KeyView;
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  readonly receivedAtMs: number;
  readonly nowMs: number;
  readonly dropEdge: 'before' | 'after' | undefined;
  readonly dragProps: RowDragProps;
  readonly onPress: (event: KeyboardEvent) => void;
  readonly onClick: (event: MouseEvent) => void;
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

export function KeyRow(props: KeyRowProps) {
  const { view, isSelected, isTabStop, dropEdge, dragProps, onPress, onClick } = props;
  const { icon, word } = stateWordsOf(view);
  return (
    <div
      id={`key-${view.id}`}
      className={`key-row ${view.state}${dropEdge === undefined ? '' : ` drop-${dropEdge}`}`}
      role="option"
      aria-selected={isSelected}
      tabIndex={isTabStop ? 0 : -1}
      onKeyDown={onPress}
      onClick={onClick}
      {...dragProps}
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
}
