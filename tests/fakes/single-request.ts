// What the agent says to an approver of a question that nobody joins.

export const singleRequest = {
  timeLimitMs: 60_000,
  remainingMs: () => 60_000,
  mayRemember: false,
  onRequestersChanged: () => () => {},
  stopJoining: () => {},
} as const;
