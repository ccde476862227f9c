// Accounts that every Windows has ([MS-DTYP] §2.4.2.4), and what people call them.

export const LOCAL_SYSTEM = 'S-1-5-18';
export const ADMINISTRATORS = 'S-1-5-32-544';
/** The end of the SID, after that of the domain. */
export const DOMAIN_ADMINS = 512;
/** Owns what Windows itself has installed. */
export const TRUSTED_INSTALLER = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';
/** In an entry to be inherited: whoever makes the new object. */
export const CREATOR_OWNER = 'S-1-3-0';
/** Whoever owns the object. */
export const OWNER_RIGHTS = 'S-1-3-4';

const names: Readonly<Record<string, string>> = {
  'S-1-1-0': 'Everyone',
  'S-1-5-11': 'Authenticated Users',
  'S-1-5-32-545': 'Users',
};

/** The name of a group that includes strangers; of others the SID as it is. */
export function nameOfSid(sid: string): string {
  return names[sid] ?? sid;
}
