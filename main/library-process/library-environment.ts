// What a process with a foreign library is told of our environment.

/** What programs in general need, to find the person's folders, speak their language and show a window for a PIN. */
const general: ReadonlySet<string> = new Set(
  [
    ...['HOME', 'USER', 'LOGNAME', 'PATH', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TEMP', 'TMP'],
    ...['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS'],
    ...['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'USERNAME', 'USERPROFILE', 'USERDOMAIN'],
    ...['HOMEDRIVE', 'HOMEPATH', 'APPDATA', 'LOCALAPPDATA', 'ProgramData', 'ALLUSERSPROFILE', 'PUBLIC'],
    ...['ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432', 'CommonProgramFiles', 'CommonProgramFiles(x86)'],
    ...['COMPUTERNAME', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE', 'OS', 'SESSIONNAME'],
  ].map((name) => name.toUpperCase()),
);

/** By which libraries for tokens and security keys are told where their settings are. */
const ofMiddleware =
  /^(?:(?:LC|XDG)_|.*(?:PKCS11|P11|SOFTHSM|OPENSC|PCSC|YUBI|FIDO|CTAP)|.*_(?:CONF|CONFIG)$)/;

/**
 * SECURITY: a foreign library has no use for the rest, such as secrets that are handed on in variables, the way to this or
 * another agent, and what Node.js or the loader would load.
 */
export function libraryEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isWanted = (name: string) => general.has(name) || ofMiddleware.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => isWanted(name.toUpperCase())));
}
