// What came of loading the keys that a security key keeps, as the person is told.

/** A key that is in the agent now. */
export interface LoadedResidentKey {
  readonly fingerprint: string;
  /** Its application, and its user in words of others. */
  readonly comment: string;
}

export interface LoadedResidentKeys {
  readonly loaded: readonly LoadedResidentKey[];
  /** How many can't be used here, or are here already in another way. */
  readonly leftOut: number;
}
