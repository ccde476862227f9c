export function beforePack(context: {
  packager: { info: { framework: { isCopyElevateHelper: boolean } } };
}): void;
