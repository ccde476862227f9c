// What came of a test, told also to those who don't see it.
import type { SelfTest } from '../../../ipc/contract/use-with.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';

const maxCharacters = 2000;

export function TestResult({ result }: { readonly result: SelfTest | undefined }) {
  const tone = result === undefined ? '' : result.isWorking ? 'good' : 'problem';
  return (
    <p role="status" className={`test-result ${tone}`}>
      {result !== undefined && (
        <>
          <Icon name={result.isWorking ? 'check' : 'warning'} />
          <ForeignText text={result.message} maxCharacters={maxCharacters} />
        </>
      )}
    </p>
  );
}
