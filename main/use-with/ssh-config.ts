// How ssh_config(5) names an agent.

/** No ssh_config can say this address. The message is for the person. */
export class UnspeakableAddressError extends Error {
  override readonly name = 'UnspeakableAddressError';
}

/**
 * The `IdentityAgent` line for a pipe or socket, without its end. Pipes get forward slashes: backslashes would need
 * doubling in some versions of OpenSSH and not in others. Throws UnspeakableAddressError.
 */
export function identityAgentLine(address: string): string {
  const path = address.startsWith('\\\\') ? address.replaceAll('\\', '/') : address;
  // Quotes and backslashes mean different things to different versions, and "${" can't be escaped in any.
  if (/["\\\p{Cc}]|\$\{/u.test(path))
    throw new UnspeakableAddressError(
      `The path ${path} can't be written into an ssh configuration: choose one without quotes, backslashes and “\${”.`,
    );
  return `IdentityAgent "${path.replaceAll('%', '%%')}"`;
}
