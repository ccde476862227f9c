#!/usr/bin/env node
// Stands in for 7-Zip where electron-builder packs a program: `a [-OPTION…] ARCHIVE .` packs the current folder in the form that
// tests/wine/clients/nsis-plugins.c unpacks.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';

const [archive, what] = process.argv.slice(3).filter((argument) => !argument.startsWith('-'));
// elevate.exe, which a build of scripts/dist.mjs does not add (scripts/no-elevate-helper.mjs).
if (what !== '.') process.exit();
const names = readdirSync('.', { recursive: true, encoding: 'utf8' }).filter((name) =>
  statSync(name).isFile(),
);
const parts = names.sort().flatMap((name) => {
  const bytes = readFileSync(name);
  return [Buffer.from(`${bytes.length} ${name.replaceAll('/', '\\')}\n`), bytes];
});
writeFileSync(archive, Buffer.concat(parts));
