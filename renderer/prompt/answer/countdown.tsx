// How long the window still waits for an answer.
import { useEffect, useState } from 'react';
import { Icon } from '../../parts/icon.tsx';
import './countdown.css';

interface CountdownProps {
  /** By `performance.now()`. */
  readonly deadlineMs: number;
  /** For example "Denied in". */
  readonly words: string;
}

const secondsUntil = (deadlineMs: number) => Math.max(0, Math.ceil((deadlineMs - performance.now()) / 1000));

/** `1:05` for 65 seconds. */
function clockText(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function Countdown({ deadlineMs, words }: CountdownProps) {
  const [seconds, setSeconds] = useState(() => secondsUntil(deadlineMs));
  useEffect(() => {
    const tick = () => setSeconds(secondsUntil(deadlineMs));
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [deadlineMs]);
  // Screen readers hear of it twice, not every second.
  const spoken = seconds === 30 || seconds === 10 ? `${words} ${seconds} seconds.` : '';
  return (
    <div className={seconds <= 10 ? 'countdown soon' : 'countdown'}>
      <Icon name="clock" />
      <span role="timer">
        <span className="countdown-words">{words} </span>
        {clockText(seconds)}
      </span>
      <span role="status" className="unseen">
        {spoken}
      </span>
    </div>
  );
}
