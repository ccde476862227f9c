// The lines at the foot of the window; read out by screen readers as they come.
import { useEffect } from 'react';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { dismissMessage, undoMessage } from '../store/messages.ts';
import { type Message, useWindowStore } from '../store/window-store.ts';
import './messages.css';

function MessageLine({ message }: { readonly message: Message }) {
  return (
    <div className={`message ${message.kind}`}>
      <Icon name={message.kind === 'problem' ? 'warning' : 'check'} />
      <p>
        <ForeignText text={message.text} />
      </p>
      {message.undo && (
        <button type="button" className="button" title="Ctrl+Z" onClick={() => undoMessage(message)}>
          Undo
        </button>
      )}
      <button
        type="button"
        className="button bare icon-only"
        aria-label="Dismiss this message"
        onClick={() => dismissMessage(message.id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** Ctrl+Z takes back the latest that can be, but in a field, where it takes back what was typed. */
function useUndoKey(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isInField = event.target instanceof Element && event.target.closest('input, textarea, dialog');
      if (!event.ctrlKey || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'z' || isInField)
        return;
      const latest = useWindowStore.getState().messages.findLast(({ undo }) => undo !== undefined);
      if (latest === undefined) return;
      event.preventDefault();
      undoMessage(latest);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

export function Messages() {
  const messages = useWindowStore((state) => state.messages);
  useUndoKey();
  const ofKind = (kind: Message['kind']) => messages.filter((message) => message.kind === kind);
  return (
    <div className="messages">
      <div role="alert">
        {ofKind('problem').map((message) => (
          <MessageLine key={message.id} message={message} />
        ))}
      </div>
      <div role="status">
        {ofKind('information').map((message) => (
          <MessageLine key={message.id} message={message} />
        ))}
      </div>
    </div>
  );
}
