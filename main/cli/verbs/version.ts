// `sallyport version`: which version this is, how old, and where newer ones are.
import { printableJson } from '../../../text/foreign-text.ts';
import { newerVersions, oldVersion, versionAge } from '../../../text/version-age.ts';
import { thisVersion } from '../../programs/this-version.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, exitCode } from '../parts/command.ts';
import { jsonOption, type OptionDeclarations, optionsHelp } from '../parts/options.ts';

const options = {
  json: jsonOption(
    'an object: version; madeOn, the day of its sources, and newerAt, a page, where they are known',
  ),
} as const satisfies OptionDeclarations;

export const versionCommand: Command = {
  name: 'version',
  usage: '[--json]',
  summary: 'show which version this is, how old it is, and where newer ones are',
  options,
  help: `Nothing is fetched to tell: the day is that of the sources that this program was built of. It is of the
command itself; an agent that runs may be of another version until it is started again.

${optionsHelp(options)}`,
  async run(args, io) {
    const { values } = parseArguments({ args: [...args], options });
    if (values.json) {
      await io.printAsIs(printableJson(thisVersion, 2));
      return exitCode.ok;
    }
    const { version, madeOn } = thisVersion;
    const nowMs = Date.now();
    const age = madeOn === undefined ? undefined : versionAge(madeOn, nowMs);
    const old = oldVersion(thisVersion, nowMs);
    await io.print(
      `sallyport ${version}${madeOn === undefined ? '' : ` of ${madeOn}`}${age === undefined ? '' : `, ${age}`}`,
      `Node.js ${process.versions.node}, ${process.platform} ${process.arch}`,
      ...(old === undefined ? [] : [old]),
      newerVersions(thisVersion),
    );
    return exitCode.ok;
  },
};
