// Requests to the main process; what fails is told at the foot of the window.
import type { RequestInput, RequestName, RequestOutput } from '../../../ipc/contract/contract.ts';
import { tellProblem } from './messages.ts';

/** Resolves to undefined when the request failed, which the person has then been told. Never rejects. */
export async function ask<N extends RequestName>(
  name: N,
  input: RequestInput<N>,
): Promise<RequestOutput<N> | undefined> {
  const outcome = await window.sallyport.request(name, input);
  if (outcome.ok) return outcome.value;
  tellProblem(outcome.message);
  return undefined;
}
