import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

const WAIT_MS = 300;

interface Props {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is searched, for example "Name or e-mail". */
  readonly placeholder: string;
}

/** A search box that waits until somebody stops typing. */
export function SearchBox({ value, onChange, placeholder }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  const tell = useDebouncedCallback((text: string) => {
    setTold(text);
    onChange(text);
  }, WAIT_MS);
  // Changed from outside, for example cleared or gone back to.
  if (value !== told) {
    setTold(value);
    setTyped(value);
  }
  return (
    <TextInput
      type="search"
      aria-label={t('list.search')}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed === '' ? null : (
          <CloseButton
            size="sm"
            aria-label={t('list.clearSearch')}
            onClick={() => {
              setTyped('');
              tell('');
            }}
          />
        )
      }
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      maxLength={200}
      className="search"
    />
  );
}
