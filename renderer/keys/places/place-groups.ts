// The groups of the section "Other places", in their order: one component a kind of place, in a file of its own. One that
// has nothing to show or to offer on this computer renders nothing.
import type { StoreView } from '../../../ipc/contract/stores.ts';
import { OtherAgentsGroup } from './other-agents-group.tsx';
import { SecurityKeysGroup } from './security-keys-group.tsx';
import { TokensGroup } from './tokens-group.tsx';
import { WindowsKeysGroup } from './windows-keys-group.tsx';

export const placeGroups: Readonly<Record<StoreView['kind'], () => React.ReactNode>> = {
  fido: SecurityKeysGroup,
  pkcs11: TokensGroup,
  windows: WindowsKeysGroup,
  upstream: OtherAgentsGroup,
};
