// Small line icons drawn on a 16 × 16 grid. They only go with words and are hidden from screen readers.
import './icon.css';

const shapes = {
  key: 'M5 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 8h6.5v2.5M11.7 8v2',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5M8 10v1.3',
  unlock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 4.8-1M8 10v1.3',
  verified: 'M8 1.8l5 1.9v4c0 3.2-2.1 5.3-5 6.5-2.9-1.2-5-3.3-5-6.5v-4zM5.6 8l1.7 1.7 3.2-3.4',
  observed: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  claimed: 'M2 3h12v8H8l-3.5 2.7V11H2zM5 6h6M5 8.3h4',
  warning: 'M8 2l6.5 11.5h-13zM8 6.5v3.3M8 11.6v.01',
  info: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 7.3v3.7M8 5v.01',
  check: 'M3 8.5l3.3 3.3L13 4.5',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  forwarded: 'M1.5 8h8M6.5 4.8L9.7 8l-3.2 3.2M11 3.5h3.5v9H11',
  add: 'M8 3v10M3 8h10',
  paste: 'M5.5 3H3.5v11h9V3h-2M5.5 2h5v2.5h-5z',
  generate: 'M8 1.5l1.6 4.4L14 7.5l-4.4 1.6L8 13.5 6.4 9.1 2 7.5l4.4-1.6zM13 12v2.5M11.8 13.2h2.5',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5H2.5v-8h8V3',
  remove: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9M6.8 7v4M9.2 7v4',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  'more-below': 'M4 6l4 4 4-4',
  more: 'M2.8 8h1.4M7.3 8h1.4M11.8 8h1.4',
  back: 'M13 8H3M7 4L3 8l4 4',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2',
  save: 'M8 2v8M4.5 7L8 10.5 11.5 7M2.5 11.5v2h11v-2',
  activity: 'M1.5 8h3l2-5 3 10 2-5h3',
  approval: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM5 8.2l2.2 2.2L11 6',
  rule: 'M2 3.5h1.5M2 8h1.5M2 12.5h1.5M6 3.5h8M6 8h8M6 12.5h8',
  door: 'M4 14V2h8v12M2 14h12M9.7 8v.5',
  agents: 'M2 2.5h7v6H2zM7 11v2.5h7v-6h-2.5M4 13.5v-2.5',
  start: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM6.5 5.2L11 8l-4.5 2.8z',
  use: 'M2 3h12v10H2zM4.5 6l2 2-2 2M8 10h3.5',
  settings:
    'M8 5.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M12.6 3.4l-1.4 1.4M4.8 11.2l-1.4 1.4',
  filter: 'M2 4h12M4.5 8h7M6.5 12h3',
  retry: 'M13 8a5 5 0 1 1-1.5-3.5M13 2v3h-3',
  clock: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 4.5V8l2.5 1.5',
  reveal: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  conceal:
    'M2 2l12 12M6.3 3.8A6 6 0 0 1 8 3.5c4 0 6.5 4.5 6.5 4.5a11 11 0 0 1-2 2.5M4.2 5A10.5 10.5 0 0 0 1.5 8S4 12.5 8 12.5a6 6 0 0 0 2.7-.7M6.7 6.7a2 2 0 0 0 2.7 2.7',
} as const;

export type IconName = keyof typeof shapes;

/** One icon in the colour of the text around it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  );
}
