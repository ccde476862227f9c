// What is behind the letter of a drive.
import { kernel32 } from '../libraries/kernel32.ts';

const DRIVE_REMOVABLE = 2;
const DRIVE_FIXED = 3;
const DRIVE_CDROM = 5;
const DRIVE_RAMDISK = 6;

/** Whether the drive `C:` is of this computer: not one that a share of another is connected as, nor one that is gone. */
export function isLocalDrive(drive: string): boolean {
  // SAFETY: the string is copied.
  const type = kernel32().GetDriveTypeW(`${drive}\\`);
  return [DRIVE_REMOVABLE, DRIVE_FIXED, DRIVE_CDROM, DRIVE_RAMDISK].includes(type);
}
