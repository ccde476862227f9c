// The `sallyport` command itself, which cli.ts loads.
import { exitProcess, processIo } from './cli/process-io.ts';
import { runCli } from './cli/run.ts';

// A verb has ended everything of its own; what a library may have left open must not keep the process.
void runCli(process.argv.slice(2), processIo).then(exitProcess);
