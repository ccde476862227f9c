// In which format a private key file is written.
import type { FileFormat } from '../../../ipc/contract/key-files.ts';
import { ChoiceGroup } from '../../parts/choice-group.tsx';
import { choicesOf } from '../../parts/choices.ts';

const formats = choicesOf<FileFormat>({ openssh: 'OpenSSH', ppk: 'PuTTY (PPK version 3)' });

interface FormatChoiceProps {
  readonly format: FileFormat;
  readonly onChange: (format: FileFormat) => void;
  readonly isDisabled: boolean;
}

export function FormatChoice({ format, onChange, isDisabled }: FormatChoiceProps) {
  return (
    <ChoiceGroup
      legend="File format"
      choices={formats}
      value={format}
      onChange={onChange}
      isDisabled={isDisabled}
    />
  );
}
