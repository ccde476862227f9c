// The test that ends a step, and what came of it.
import { useState } from 'react';
import type { SelfTest } from '../../../ipc/contract/use-with.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';

interface StepTestProps {
  /** What is tried, and what the person is to do. */
  readonly explanation: string;
  readonly isDisabled?: boolean;
  readonly run: () => Promise<SelfTest | undefined>;
}

export function StepTest({ explanation, isDisabled = false, run }: StepTestProps) {
  const [isBusy, setIsBusy] = useState(false);
  const [result, setResult] = useState<SelfTest>();
  const test = async () => {
    setIsBusy(true);
    setResult(undefined);
    setResult(await run());
    setIsBusy(false);
  };
  return (
    <div className="start-test">
      <div className="card-row">
        <p className="card-words">{explanation}</p>
        <button type="button" className="button" disabled={isBusy || isDisabled} onClick={() => void test()}>
          {isBusy ? 'Testing…' : 'Test'}
        </button>
      </div>
      <p role="status" className={`start-result ${result?.isWorking ? 'good' : 'problem'}`}>
        {result !== undefined && (
          <>
            <Icon name={result.isWorking ? 'check' : 'warning'} />
            <ForeignText text={result.message} />
          </>
        )}
      </p>
    </div>
  );
}
