// The lines at the foot of the window; read out by screen readers as they come.
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { dismissMessage } from '../store/messages.ts';
import { type Message, useWindowStore } from '../store/window-store.ts';
import './messages.css';

function MessageLine({ message }: { readonly message: Message }) {
  return (
    <div className={`message ${message.kind}`}>
      <Icon name={message.kind === 'problem' ? 'warning' : 'check'} />
      <p>
        <ForeignText text={message.text} />
      </p>
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

export function Messages() {
  const messages = useWindowStore((state) => state.messages);
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
