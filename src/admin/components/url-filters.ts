import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

/** Filters that live in the address, so that a list can be reloaded, shared and gone back to. */
export interface UrlFilters<Name extends string> {
  /** '' where a filter is not set. */
  readonly values: Readonly<Record<Name, string>>;
  readonly set: (name: Name, value: string | null) => void;
  readonly clear: () => void;
  readonly isAnySet: boolean;
}

/** @param names the filters of the page; a constant list */
export function useUrlFilters<const Name extends string>(names: readonly Name[]): UrlFilters<Name> {
  const [params, setParams] = useSearchParams();
  const key = names.map((name) => params.get(name) ?? '').join('\n');
  const values = useMemo(
    () => toRecord(names, (name) => params.get(name) ?? ''),
    // The values themselves say whether anything changed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [key],
  );
  const set = useCallback(
    (name: Name, value: string | null) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === null || value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  const clear = useCallback(() => setParams(() => new URLSearchParams(), { replace: true }), [setParams]);
  return { values, set, clear, isAnySet: names.some((name) => values[name] !== '') };
}

function toRecord<Name extends string>(names: readonly Name[], value: (name: Name) => string): Record<Name, string> {
  const empty: Partial<Record<Name, string>> = {};
  for (const name of names) empty[name] = value(name);
  const isFull = (record: Partial<Record<Name, string>>): record is Record<Name, string> =>
    names.every((name) => record[name] !== undefined);
  if (!isFull(empty)) throw new Error('A filter has no value.');
  return empty;
}

/** A filter's value as the API wants it: absent where it is not set. */
export function given<const Name extends string>(name: Name, value: string): { [key in Name]?: string } {
  const absent: { [key in Name]?: string } = {};
  return value === '' ? absent : { ...absent, [name]: value };
}
