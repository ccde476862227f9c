// In which format a private key file is written.
import type { FileFormat } from '../../../ipc/contract/key-files.ts';
import { ChoiceGroup } from '../../parts/choice-group.tsx';

const formats = [
  { value: 'openssh', label: 'OpenSSH' },
  { value: 'ppk', label: 'PuTTY (PPK version 3)' },
] as const;

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
