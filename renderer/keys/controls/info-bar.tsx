// A sentence that stays in sight, with its weight in words for screen readers and an icon.
import { type ReactNode, useEffect, useRef } from 'react';
import { Icon, type IconName } from '../../parts/icon.tsx';
import './info-bar.css';

type Severity = 'information' | 'warning' | 'error';

interface InfoBarProps {
  readonly severity: Severity;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

const looks: Readonly<Record<Severity, { readonly icon: IconName; readonly word: string }>> = {
  information: { icon: 'info', word: 'Note:' },
  warning: { icon: 'warning', word: 'Warning:' },
  error: { icon: 'warning', word: 'Error:' },
};

export function InfoBar({ severity, children, actions }: InfoBarProps) {
  const { icon, word } = looks[severity];
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In a dialog it answers what was pressed, maybe below what a small window shows of it.
    if (severity === 'error' && bar.current?.closest('dialog'))
      bar.current.scrollIntoView({ block: 'nearest' });
  }, [severity]);
  return (
    <div ref={bar} className={`info-bar ${severity}`}>
      <Icon name={icon} />
      <p className="info-bar-text">
        <span className="unseen">{word} </span>
        {children}
      </p>
      {actions}
    </div>
  );
}
