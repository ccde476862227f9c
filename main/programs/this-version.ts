// Which version this is, of which day, and where newer ones are.
import packageJson from '../../package.json' with { type: 'json' };
import type { ThisVersion } from '../../text/version-age.ts';

/** scripts/build.mjs puts the day in its place; where the sources run as they are, there is none. */
declare const __MADE_ON__: string | undefined;

/** `repository` is the page of the repository, https://…, which has its releases below it. */
const { version, repository }: { readonly version: string; readonly repository?: string } = packageJson;
const madeOn = typeof __MADE_ON__ === 'undefined' ? undefined : __MADE_ON__;

export const thisVersion: ThisVersion = {
  version,
  ...(madeOn !== undefined && { madeOn }),
  ...(repository !== undefined && { newerAt: `${repository}/releases` }),
};
