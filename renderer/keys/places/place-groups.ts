// The groups of the section "Other places", in their order: one component a kind of place, in a file of its own. One that
// has nothing to show or to offer on this computer renders nothing.
import { OtherAgentsGroup } from './other-agents-group.tsx';
import { SecurityKeysGroup } from './security-keys-group.tsx';
import { TokensGroup } from './tokens-group.tsx';
import { WindowsKeysGroup } from './windows-keys-group.tsx';

export const placeGroups: readonly (() => React.ReactNode)[] = [
  SecurityKeysGroup,
  TokensGroup,
  WindowsKeysGroup,
  OtherAgentsGroup,
];
