// Requests that were not allowed: the next one like it can be, for a minute.
import type { MissedView } from '../../../ipc/contract/activity.ts';
import { foreignText } from '../../../text/foreign-text.ts';
import { Badge, type BadgeLook } from '../controls/badge.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import { RequestSummary } from './request-summary.tsx';

async function allowNextTime({ id, mayAllowNextTime }: MissedView): Promise<void> {
  const done = await ask('missed.allowNextTime', { id });
  if (done === undefined) return;
  tell(
    mayAllowNextTime
      ? 'The next request like this one is allowed, if it comes within a minute. Try again now.'
      : 'The next request like this one is asked about. Try again now.',
  );
}

const whileLocked: BadgeLook = { icon: 'lock', word: 'Sallyport was locked', tone: 'caution' };

function Missed({ missed }: { readonly missed: MissedView }) {
  const again = missed.mayAllowNextTime ? 'Allow next time' : 'Ask next time';
  const what = `${foreignText(missed.who.text, 80)}, ${foreignText(missed.whatFor.text, 80)}`;
  return (
    <li className="card activity-entry">
      <RequestSummary request={missed}>{missed.wasLocked && <Badge look={whileLocked} />}</RequestSummary>
      <div className="toolbar">
        <button
          type="button"
          className="button"
          aria-label={`${again}: ${what}`}
          onClick={() => void allowNextTime(missed)}
        >
          {again}
        </button>
        <button
          type="button"
          className="button bare"
          aria-label={`Dismiss: ${what}`}
          onClick={() => void ask('missed.dismiss', { id: missed.id })}
        >
          Dismiss
        </button>
      </div>
    </li>
  );
}

export function MissedRequests() {
  const missed = useWindowStore((state) => state.missed);
  if (missed.length === 0) return null;
  return (
    <section className="missed" aria-label="Not allowed lately">
      <h2>Not allowed lately</h2>
      <p className="small quiet">
        Was one of these yours? “Allow next time” lets the next request like it through, once and within a
        minute. “Ask next time” is for those that could be anybody’s.
      </p>
      <ol className="activity">
        {missed.map((entry) => (
          <Missed key={entry.id} missed={entry} />
        ))}
      </ol>
    </section>
  );
}
