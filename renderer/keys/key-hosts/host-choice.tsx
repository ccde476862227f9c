// Hosts that are chosen in a dialog: each is looked at when it is added, and what is wrong with it is told at the field.
import { type ReactNode, useState } from 'react';
import type { HostUse } from '../../../ipc/contract/key-hosts.ts';
import { HostField } from './host-field.tsx';
import { HostList } from './host-list.tsx';

interface Choice {
  readonly hosts: readonly string[];
  readonly typed: string;
  readonly problem?: string;
}

/** Hosts for that use, none at first. */
export function useHostChoice(use: HostUse) {
  const [choice, setChoice] = useState<Choice>({ hosts: [], typed: '' });
  return {
    ...choice,
    use,
    type: (typed: string) => setChoice(({ hosts }) => ({ hosts, typed })),
    remove: (host: string) =>
      setChoice((now) => ({ ...now, hosts: now.hosts.filter((other) => other !== host) })),
    /** Adds what stands in the field. Resolves to all hosts, or to undefined where it is none, which is told there. */
    async take(): Promise<readonly string[] | undefined> {
      const host = choice.typed.trim();
      if (host === '') return choice.hosts;
      const outcome = await window.sallyport.request('hosts.check', { use, host });
      const problem = outcome.ok ? outcome.value.problem : outcome.message;
      if (problem !== undefined) {
        setChoice({ ...choice, problem });
        return undefined;
      }
      const hosts = [...new Set([...choice.hosts, host])];
      setChoice({ hosts, typed: '' });
      return hosts;
    },
  };
}

interface HostChoiceProps {
  readonly choice: ReturnType<typeof useHostChoice>;
  readonly label: string;
  readonly hint: ReactNode;
}

export function HostChoice({ choice, label, hint }: HostChoiceProps) {
  const { use, hosts, typed, problem, type, remove, take } = choice;
  return (
    <div>
      <HostField {...{ use, label, hint, problem }} value={typed} onChange={type} onAdd={() => void take()} />
      <HostList label={label} hosts={hosts.map((host) => ({ host }))} onRemove={remove} />
    </div>
  );
}
