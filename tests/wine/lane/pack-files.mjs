#!/usr/bin/env node
// Stands in for 7-Zip where electron-builder packs a program: `a [-OPTION…] ARCHIVE .` packs the current folder in the form that
// tests/wine/clients/nsis-plugins.c unpacks.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';

const [archive] = process.argv.slice(3).filter((argument) => !argument.startsWith('-'));
const names = readdirSync('.', { recursive: true, encoding: 'utf8' }).filter((name) =>
  statSync(name).isFile(),
);
const parts = names.sort().flatMap((name) => {
  const bytes = readFileSync(name);
  return [Buffer.from(`${bytes.length} ${name.replaceAll('/', '\\')}\n`), bytes];
});
writeFileSync(archive, Buffer.concat(parts));
