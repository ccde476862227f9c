#!/usr/bin/env node
// The `sallyport` command. Runs without Electron.
import './process/take-debug-signal.ts';

import { exitProcess, processIo } from './cli/process-io.ts';
import { runCli } from './cli/run.ts';

// A verb has ended everything of its own; what a library may have left open must not keep the process.
await exitProcess(await runCli(process.argv.slice(2), processIo));
