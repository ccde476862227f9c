// What the sections are called, in the navigation and as headings.
import type { Section } from '../../../ipc/contract/program.ts';

export const sectionTitles: Readonly<Record<Section, string>> = {
  keys: 'Keys',
  activity: 'Activity',
  approvals: 'Remembered approvals',
  rules: 'Rules',
  doors: 'Doors',
  'use-with': 'Use with…',
  settings: 'Settings',
};
