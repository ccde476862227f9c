// What a section says that has nothing to list yet.
import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../parts/icon.tsx';
import './empty-section.css';

interface EmptySectionProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children: ReactNode;
}

export function EmptySection({ icon, title, children }: EmptySectionProps) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
