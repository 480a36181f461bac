import { NativeSelect } from '@mantine/core';

interface Props {
  readonly label: string;
  /** What '' means, like "Any state". */
  readonly any: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A filter of a list with few choices. */
export function FilterSelect({ label, any, options, value, onChange }: Props) {
  return (
    <NativeSelect
      aria-label={label}
      className="filter"
      value={value}
      data={[{ value: '', label: any }, ...options]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
