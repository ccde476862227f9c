// How long a key may stay unlocked; the settings offer the same for the default.
import type { KeepChoice } from '../../ipc/contract/settings.ts';
import { choicesOf } from './choices.ts';

export const keepChoices = choicesOf<KeepChoice>({
  once: 'This use only',
  '15-minutes': '15 minutes',
  'until-locked': 'Until locked',
});
