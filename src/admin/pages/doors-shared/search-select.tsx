import { Combobox, Group, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import './search-select.css';

export interface SearchOption {
  readonly value: string;
  readonly content: ReactNode;
}

interface SearchSelectProps {
  readonly label: string;
  readonly placeholder: string;
  readonly description?: ReactNode;
  readonly error?: ReactNode;
  readonly isDisabled?: boolean;
  /** What the field shows while nobody searches: the chosen one's name. */
  readonly chosenText: string;
  readonly chosenValue: string | null;
  readonly options: readonly SearchOption[];
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  readonly emptyText: string;
  readonly footer?: ReactNode;
  readonly onOpen?: () => void;
  readonly onSearch: (query: string) => void;
  readonly onMore: () => void;
  readonly onChoose: (value: string) => void;
}

const MORE = 'latchkey:more';

/**
 * A field to search and choose from a list that the server searches: arrow keys, Enter and Escape do what they do in
 * any list, and the last entry loads the next page.
 */
export function SearchSelect(props: SearchSelectProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState<string | null>(null);
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setSearch(null);
      props.onSearch('');
    },
    onDropdownOpen: () => props.onOpen?.(),
  });
  useSelectFirst(search, props.isLoading, combobox);
  const submit = (value: string): void => {
    if (value === MORE) return props.onMore();
    props.onChoose(value);
    combobox.closeDropdown();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={submit} position="bottom-start">
      <Combobox.Target withExpandedAttribute>
        <TextInput
          role="combobox"
          aria-autocomplete="list"
          label={props.label}
          placeholder={props.placeholder}
          description={props.description}
          error={props.error}
          disabled={props.isDisabled ?? false}
          autoComplete="off"
          value={search ?? props.chosenText}
          rightSection={props.isLoading && combobox.dropdownOpened ? <Loader size={18} /> : <Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            props.onSearch(event.currentTarget.value.trim());
            combobox.openDropdown();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={300} style={{ overflowY: 'auto' }} aria-label={t('picker.results')}>
          {props.options.map((option) => (
            <Combobox.Option key={option.value} value={option.value} active={option.value === props.chosenValue}>
              {option.content}
            </Combobox.Option>
          ))}
          {props.hasMore && (
            <Combobox.Option value={MORE}>
              <Text size="sm" fw={600}>
                {t('picker.more')}
              </Text>
            </Combobox.Option>
          )}
        </Combobox.Options>
        {props.options.length === 0 && (
          <Combobox.Empty>{props.isLoading ? t('common.loading') : props.emptyText}</Combobox.Empty>
        )}
        <Combobox.Footer>
          <Group justify="space-between" gap="xs">
            <Text size="xs" c="dimmed" role="status">
              {t('picker.loaded', { count: props.options.length })}
            </Text>
            {props.footer}
          </Group>
        </Combobox.Footer>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/**
 * After a search, Enter takes the first hit. Until the hits of what was typed are there, nothing is selected: Enter must not
 * take something from the list before.
 */
function useSelectFirst(
  search: string | null,
  isLoading: boolean,
  combobox: { readonly selectFirstOption: () => unknown; readonly resetSelectedOption: () => void },
): void {
  const settledFor = useRef<string | null>(null);
  useEffect(() => {
    if (search === null || search === '') settledFor.current = null;
    else if (settledFor.current !== search) {
      combobox.resetSelectedOption();
      if (isLoading) return;
      settledFor.current = search;
      combobox.selectFirstOption();
    }
    // The store's functions are new on each render; what matters is what was found.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [search, isLoading]);
}
