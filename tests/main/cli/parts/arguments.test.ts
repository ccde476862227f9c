import { type ParseArgsConfig, parseArgs } from 'node:util';
import { expect, it } from 'vitest';
import { parseArguments } from '../../../../main/cli/parts/arguments.ts';

it.each<ParseArgsConfig>([
  { options: {} },
  { options: { json: { type: 'boolean' }, name: { type: 'string', multiple: true } } },
  { options: { json: { type: 'boolean', default: true }, name: { type: 'string', default: 'x' } } },
  { options: { name: { type: 'string', multiple: true, default: ['x'] } } },
  { allowPositionals: true },
  { tokens: true },
])('a command line that says nothing is what Node.js makes of it: %j', (config) => {
  expect(parseArguments({ ...config, args: [] })).toEqual(parseArgs({ ...config, args: [] }));
});
