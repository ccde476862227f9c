// Says that the facts go on below the edge at which they are cut off.
import { type RefObject, useEffect, useState } from 'react';
import { Icon } from '../../parts/icon.tsx';
import { scrollByPage } from './page-keys.ts';
import './more-below.css';

/** Less than this is no line. */
const noLinePx = 4;

function useHasMore(box: RefObject<HTMLElement | null>): boolean {
  const [hasMore, setHasMore] = useState(false);
  useEffect(() => {
    const scroller = box.current;
    if (scroller === null) return;
    const look = () =>
      setHasMore(scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop > noLinePx);
    const sizes = new ResizeObserver(look);
    for (const watched of [scroller, ...scroller.children]) sizes.observe(watched);
    scroller.addEventListener('scroll', look);
    return () => {
      sizes.disconnect();
      scroller.removeEventListener('scroll', look);
    };
  }, [box]);
  return hasMore;
}

interface MoreBelowProps {
  /** What scrolls. This is the last in it, beside what is there from the beginning. */
  readonly box: RefObject<HTMLElement | null>;
}

export function MoreBelow({ box }: MoreBelowProps) {
  if (!useHasMore(box)) return null;
  return (
    <div className="more-below">
      {/* By keyboard there is Page Down, so that this takes the focus from no field and no button. */}
      <button
        type="button"
        tabIndex={-1}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => scrollByPage(box.current, 1)}
      >
        <Icon name="down" />
        <span>More below</span>
      </button>
    </div>
  );
}
