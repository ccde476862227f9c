// What winget and Scoop are told of a release. The fields are those of winget's schema 1.12.0 and of Scoop's schema.json.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { dump, load } = builder('js-yaml');
const { UUID } = builder('builder-util-runtime');

const config = load(readFileSync('electron-builder.yml', 'utf8'));
const { version, description, license, author } = JSON.parse(readFileSync('package.json', 'utf8'));
const productName = config.productName;
/** The namespace of electron-builder, by which the installer's key in the registry follows from the program's id. */
const productCode = UUID.v5(config.appId, UUID.parse('50e065bc-3134-11e6-9bab-38c9862bdaf3'));
const wingetId = 'Sallyport.Sallyport';
const wingetSchema = '1.12.0';

/** The name of an installer or a portable program in a release. */
export const programName = (arch, kind, of = version) => `${productName}-${of}-${arch}-${kind}.exe`;

/** The npm package of the command. */
export const commandName = `sallyport-${version}.tgz`;

const downloadOf = (repository, name, of = version) => `${repository}/releases/download/v${of}/${name}`;

function wingetFile(type, fields) {
  const manifest = {
    PackageIdentifier: wingetId,
    PackageVersion: version,
    ...fields,
    ManifestType: type,
    ManifestVersion: wingetSchema,
  };
  const schema = `https://aka.ms/winget-manifest.${type.toLowerCase()}.${wingetSchema}.schema.json`;
  return `# yaml-language-server: $schema=${schema}\n\n${dump(manifest, { lineWidth: -1 })}`;
}

/**
 * The files of winget's manifest by their names. The portable program is not in it: winget would put it into PATH under
 * one name, for which people want the command.
 */
export function wingetManifest(repository, sums) {
  const locale = 'en-US';
  return {
    [`${wingetId}.yaml`]: wingetFile('version', { DefaultLocale: locale }),
    [`${wingetId}.installer.yaml`]: wingetFile('installer', {
      Platform: ['Windows.Desktop'],
      MinimumOSVersion: '10.0.0.0',
      InstallerType: 'nullsoft',
      Scope: 'user',
      InstallModes: ['interactive', 'silent', 'silentWithProgress'],
      // Asked by nobody, the installer takes this way itself; winget has it said.
      InstallerSwitches: { Custom: '/currentuser' },
      UpgradeBehavior: 'install',
      FileExtensions: ['ppk'],
      ProductCode: productCode,
      AppsAndFeaturesEntries: [
        { DisplayName: `${productName} ${version}`, Publisher: author, ProductCode: productCode },
      ],
      Installers: ['x64', 'arm64'].map((arch) => ({
        Architecture: arch,
        InstallerUrl: downloadOf(repository, programName(arch, 'setup')),
        InstallerSha256: sums[programName(arch, 'setup')].toUpperCase(),
      })),
    }),
    [`${wingetId}.locale.${locale}.yaml`]: wingetFile('defaultLocale', {
      PackageLocale: locale,
      Publisher: author,
      PublisherSupportUrl: `${repository}/issues`,
      PackageName: productName,
      PackageUrl: repository,
      License: license,
      LicenseUrl: `${repository}/blob/v${version}/LICENSE`,
      Copyright: config.copyright,
      ShortDescription: description,
      Moniker: 'sallyport',
      Tags: ['openssh', 'pageant', 'putty', 'ssh', 'ssh-agent'],
      ReleaseNotesUrl: `${repository}/releases/tag/v${version}`,
    }),
  };
}

/** Where electron-builder's installer has the program, in 7-Zip's eyes. */
const packedProgram = { x64: 'app-64.7z', arm64: 'app-arm64.7z' };
const scoopName = { x64: '64bit', arm64: 'arm64' };

/** Takes the program out of the installer, which is not run. */
const unpacking = (arch) => [
  `Expand-7zipArchive "$dir\\\`$PLUGINSDIR\\${packedProgram[arch]}" "$dir"`,
  'Remove-Item "$dir\\`$*", "$dir\\Uninstall*", "$dir\\uninstallerIcon.ico" -Recurse -ErrorAction SilentlyContinue',
];

/** What the uninstaller takes away (build/installer.nsh), since Scoop runs none. An update comes this way, too. */
const takingBack = [
  "if ($cmd -eq 'uninstall') {",
  '  & "$dir\\resources\\cli\\sallyport.cmd" set-up --undo-all --unattended',
  `  Remove-ItemProperty 'HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run' '${config.appId}' -ErrorAction SilentlyContinue`,
  "  Remove-Item 'HKCU:\\Software\\Classes\\CLSID\\{8B986D12-87BB-44B8-8552-18DC15E5288D}' -Recurse -ErrorAction SilentlyContinue",
  '}',
];

const byArchitecture = (make) =>
  Object.fromEntries(['x64', 'arm64'].map((arch) => [scoopName[arch], make(arch)]));

/** Scoop's manifest: the program and the command, which Scoop puts into PATH. */
export function scoopManifest(repository, sums) {
  const manifest = {
    version,
    description,
    homepage: repository,
    license,
    architecture: byArchitecture((arch) => ({
      url: `${downloadOf(repository, programName(arch, 'setup'))}#/dl.7z`,
      hash: sums[programName(arch, 'setup')],
      pre_install: unpacking(arch),
    })),
    bin: 'resources\\cli\\sallyport.cmd',
    shortcuts: [['Sallyport.exe', productName]],
    pre_uninstall: takingBack,
    checkver: { github: repository },
    autoupdate: {
      architecture: byArchitecture((arch) => ({
        url: `${downloadOf(repository, programName(arch, 'setup', '$version'), '$version')}#/dl.7z`,
      })),
      hash: { url: '$baseurl/SHA256SUMS' },
    },
  };
  return { 'sallyport.json': `${JSON.stringify(manifest, null, 4)}\n` };
}
