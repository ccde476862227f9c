/** How long a key may stay unlocked; the settings offer the same for the default. */
export const keepChoices = [
  { value: 'once', label: 'This use only' },
  { value: '15-minutes', label: '15 minutes' },
  { value: 'until-locked', label: 'Until locked' },
] as const;
