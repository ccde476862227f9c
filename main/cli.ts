#!/usr/bin/env node
// The `sallyport` command. Runs without Electron.
import './process/take-debug-signal.ts';

import { loadProgram } from './process/load-program.ts';

loadProgram(process.getBuiltinModule('node:url').fileURLToPath(new URL('./command.cjs', import.meta.url)));
