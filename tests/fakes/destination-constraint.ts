// restrict-destination-v00@openssh.com as ssh-add -h writes it.
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import type { TestHost } from './host-session.ts';
import { constrain } from './test-agent.ts';

/** One end of a step. */
export const hop = (user: string, hostName: string, hosts: readonly TestHost[], isCa = false) => {
  const writer = new WireWriter().text(user).text(hostName).text('');
  for (const host of hosts) writer.string(host.key.blob).boolean(isCa);
  return writer.finish();
};

export interface Step {
  readonly from?: readonly [string, TestHost];
  readonly to: readonly [string, TestHost];
  readonly user?: string;
}

/** The constraint of an add request; a step without `from` starts at the agent's machine. */
export function restrict(...steps: Step[]): Uint8Array {
  const all = new WireWriter();
  for (const { from, to, user } of steps) {
    const step = new WireWriter()
      .string(from ? hop('', from[0], [from[1]]) : hop('', '', []))
      .string(hop(user ?? '', to[0], [to[1]]))
      .text('');
    all.string(step.finish());
  }
  const contents = new WireWriter().string(all.finish()).finish();
  return constrain.extension('restrict-destination-v00@openssh.com', contents);
}
