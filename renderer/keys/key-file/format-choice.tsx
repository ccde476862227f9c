// In which format a private key file is written.
import { ChoiceGroup } from '../../parts/choice-group.tsx';

export type FileFormat = 'openssh' | 'ppk';

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
