// The sections of the window, in the order of the navigation.
import type { Section } from '../../ipc/contract/program.ts';
import { ActivitySection } from './activity/activity-section.tsx';
import { ApprovalsSection } from './approvals/approvals-section.tsx';
import { DoorsSection } from './doors/doors-section.tsx';
import type { NavigationEntry } from './frame/navigation.tsx';
import { GetStartedSection } from './get-started/get-started-section.tsx';
import { KeysSection } from './key-list/keys-section.tsx';
import { PlacesSection } from './places/places-section.tsx';
import { RulesSection } from './rules/rules-section.tsx';
import { SettingsSection } from './settings/settings-section.tsx';
import { UseWithSection } from './use-with/use-with-section.tsx';

interface SectionEntry extends NavigationEntry {
  /** The heading. */
  readonly title: string;
  readonly Content: () => React.ReactNode;
}

export const sections: Readonly<Record<Section, SectionEntry>> = {
  keys: { icon: 'key', label: 'Keys', title: 'Keys', Content: KeysSection },
  activity: { icon: 'activity', label: 'Activity', title: 'Activity', Content: ActivitySection },
  approvals: {
    icon: 'approval',
    label: 'Approvals',
    title: 'Remembered approvals',
    Content: ApprovalsSection,
  },
  rules: { icon: 'rule', label: 'Rules', title: 'Rules', Content: RulesSection },
  doors: { icon: 'door', label: 'Doors', title: 'Doors', Content: DoorsSection },
  places: { icon: 'agents', label: 'Other places', title: 'Keys in other places', Content: PlacesSection },
  'use-with': { icon: 'use', label: 'Use with…', title: 'Use with…', Content: UseWithSection },
  'get-started': {
    icon: 'start',
    label: 'Get started',
    title: 'Get started',
    Content: GetStartedSection,
  },
  settings: { icon: 'settings', label: 'Settings', title: 'Settings', Content: SettingsSection },
};
