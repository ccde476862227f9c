// Adds the KEYFILEs of `sallyport agent` to an agent that is another process.
import { AgentClient } from '../../client/agent-client.ts';
import { connectToAgent } from '../../client/agent-connection.ts';
import { createCryptoOffload } from '../../crypto-worker/crypto-offload-pool.ts';
import { systemPassphraseEncodings } from '../../process/system-passphrase-encodings.ts';
import { choosePrompter } from '../../terminal/choose-prompter.ts';
import type { CommandIo } from '../parts/command.ts';
import { addKeyFiles } from '../parts/key-files/add-key-files.ts';
import type { AgentOptions } from './agent-options.ts';

/** Resolves with whether every key file was added. Rejects with NoAgentError. */
export async function addAsClient(
  address: string,
  { askpass, noPrompt, keyFiles, encrypted, constraints }: AgentOptions,
  { env, complain }: CommandIo,
): Promise<boolean> {
  if (keyFiles.length === 0) return true;
  const client = new AgentClient(await connectToAgent(address));
  const offload = createCryptoOffload();
  try {
    return await addKeyFiles(keyFiles, {
      client,
      prompter: choosePrompter({ askpass, noPrompt, prefer: 'terminal', env }, complain),
      offload,
      passphraseEncodings: await systemPassphraseEncodings(),
      encrypted,
      constraints,
      signal: new AbortController().signal,
      report: complain,
      complain,
    });
  } finally {
    client.close();
    await offload.close();
  }
}
