// The state of something: an icon, a word and a tone, so that it never hangs on colour.
import { Icon, type IconName } from '../../parts/icon.tsx';
import './badge.css';

export interface BadgeLook {
  readonly icon: IconName;
  readonly word: string;
  readonly tone: '' | 'good' | 'caution' | 'critical';
}

export function Badge({ look, className = '' }: { readonly look: BadgeLook; readonly className?: string }) {
  const { icon, word, tone } = look;
  return (
    <span className={`badge ${className} ${tone}`}>
      <Icon name={icon} />
      {word}
    </span>
  );
}
