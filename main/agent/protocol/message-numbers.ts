// RFC 9987 §6.1 and §6.2, and the SSH-1 numbers that PuTTY's tools still send (PuTTY's pageant.c).

export const messageNumber = {
  SSH1_AGENTC_REQUEST_RSA_IDENTITIES: 1,
  SSH1_AGENT_RSA_IDENTITIES_ANSWER: 2,
  SSH_AGENT_FAILURE: 5,
  SSH_AGENT_SUCCESS: 6,
  SSH1_AGENTC_REMOVE_ALL_RSA_IDENTITIES: 9,
  SSH_AGENTC_REQUEST_IDENTITIES: 11,
  SSH_AGENT_IDENTITIES_ANSWER: 12,
  SSH_AGENTC_SIGN_REQUEST: 13,
  SSH_AGENT_SIGN_RESPONSE: 14,
  SSH_AGENTC_ADD_IDENTITY: 17,
  SSH_AGENTC_REMOVE_IDENTITY: 18,
  SSH_AGENTC_REMOVE_ALL_IDENTITIES: 19,
  SSH_AGENTC_ADD_SMARTCARD_KEY: 20,
  SSH_AGENTC_REMOVE_SMARTCARD_KEY: 21,
  SSH_AGENTC_LOCK: 22,
  SSH_AGENTC_UNLOCK: 23,
  SSH_AGENTC_ADD_ID_CONSTRAINED: 25,
  SSH_AGENTC_ADD_SMARTCARD_KEY_CONSTRAINED: 26,
  SSH_AGENTC_EXTENSION: 27,
  SSH_AGENT_EXTENSION_FAILURE: 28,
  SSH_AGENT_EXTENSION_RESPONSE: 29,
} as const;

/** RFC 9987 §6.3: flags of a sign request. */
export const signFlag = { SSH_AGENT_RSA_SHA2_256: 2, SSH_AGENT_RSA_SHA2_512: 4 } as const;

/** RFC 9987 §6.4: constraint identifiers. */
export const constraintNumber = {
  SSH_AGENT_CONSTRAIN_LIFETIME: 1,
  SSH_AGENT_CONSTRAIN_CONFIRM: 2,
  SSH_AGENT_CONSTRAIN_EXTENSION: 255,
} as const;

/** Names of extension requests; `query` lists them in this order. */
export const extensionName = {
  query: 'query',
  sessionBind: 'session-bind@openssh.com',
  addPpk: 'add-ppk@putty.projects.tartarus.org',
  reencrypt: 'reencrypt@putty.projects.tartarus.org',
  reencryptAll: 'reencrypt-all@putty.projects.tartarus.org',
  listExtended: 'list-extended@putty.projects.tartarus.org',
  addKeyFile: 'add-key-file@sallyport',
  listKeys: 'list-keys@sallyport',
  keyPlaces: 'key-places@sallyport',
  log: 'log@sallyport',
  rules: 'rules@sallyport',
  doors: 'doors@sallyport',
  process: 'process@sallyport',
  fromAgent: 'from-agent@sallyport',
  upstream: 'upstream@sallyport',
  windowsKeys: 'windows-keys@sallyport',
  tokens: 'tokens@sallyport',
  securityKeys: 'security-keys@sallyport',
  relayed: 'relayed@sallyport',
  hello: 'hello@sallyport',
  sealed: 'sealed@sallyport',
  stop: 'stop@sallyport',
} as const;

/** PuTTY's pageant.c: flags of one key in `list-extended`. */
export const listExtendedFlag = { HAS_ENCRYPTED_KEY_FILE: 1, HAS_NO_CLEARTEXT_KEY: 2 } as const;

/** Constraint bits of one key in `list-keys@sallyport`. */
export const listKeysConstraintBit = { confirm: 1, lifetime: 2, restrictDestination: 4 } as const;

/** The flag of one key in `list-keys@sallyport` beside PuTTY's: it lives elsewhere, in another agent or on a token. */
export const listKeysFlag = { LIVES_ELSEWHERE: 0x100 } as const;
