// How long a key may stay in the agent.

export const lifetimes = [
  { value: '600', label: 'In 10 minutes', seconds: 600 },
  { value: '3600', label: 'In 1 hour', seconds: 3600 },
  { value: '14400', label: 'In 4 hours', seconds: 14_400 },
  { value: '28800', label: 'In 8 hours', seconds: 28_800 },
  { value: '86400', label: 'In 1 day', seconds: 86_400 },
] as const;
