// Prints how many handles the process in the first argument has open.
import { openHandles } from '../copydata/open-handles.ts';

process.stdout.write(`handles ${openHandles(Number(process.argv[2]))}\n`);
