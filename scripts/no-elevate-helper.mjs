// Before electron-builder packs: it would put elevate.exe, which asks for administrator rights, into the portable program.
// The configuration can say no to that for the installer alone (packElevateHelper).

export function beforePack({ packager }) {
  packager.info.framework.isCopyElevateHelper = false;
}
