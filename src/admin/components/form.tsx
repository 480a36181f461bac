import { useCallback, useMemo, useState, type ChangeEvent } from 'react';
import { ApiError } from '../api/errors';

type TextEvent = ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>;

/** The state of a form: its values, and the API's complaints at the fields they are about. */
export interface Fields<Values extends object> {
  readonly values: Values;
  readonly set: (changed: Partial<Values>) => void;
  /** For inputs that tell of an event, like TextInput and NativeSelect. */
  readonly text: <Name extends keyof Values & string>(
    name: Name,
    path?: string,
  ) => { readonly value: Values[Name]; readonly onChange: (event: TextEvent) => void; readonly error: string | null };
  /** For inputs that tell the value itself, like Select, MultiSelect and NumberInput. */
  readonly pick: <Name extends keyof Values & string>(
    name: Name,
    path?: string,
  ) => {
    readonly value: Values[Name];
    readonly onChange: (value: Values[Name]) => void;
    readonly error: string | null;
  };
  /** Takes what saving threw; complaints about fields we show go there, and the rest is {@link Fields.otherError}. */
  readonly fail: (error: unknown) => void;
  readonly clearErrors: () => void;
  /** An error that belongs to no field of the form, or null. */
  readonly otherError: unknown;
}

/**
 * @param initial the values to begin with
 * @param paths the API's name of a field where it differs from the form's, like `{ resourceId: 'subject.id' }`
 */
export function useFields<Values extends object>(
  initial: Values,
  paths: Partial<Record<keyof Values & string, string>> = {},
): Fields<Values> {
  const [values, setValues] = useState(initial);
  const [error, setError] = useState<unknown>(null);
  const set = useCallback((changed: Partial<Values>) => setValues((before) => ({ ...before, ...changed })), []);
  const clearErrors = useCallback(() => setError(null), []);
  const complaints = error instanceof ApiError ? error.fields : [];
  const complaintAt = (name: string, path: string): string | null =>
    complaints.find(({ field }) => field === path || field === name || field.startsWith(`${path}.`))?.message ?? null;
  const pathOf = (name: keyof Values & string, path?: string): string => path ?? paths[name] ?? name;
  const otherError = useMemo(() => {
    if (!(error instanceof ApiError) || error.fields.length === 0) return error;
    const shown = new Set([...Object.keys(initial), ...Object.values(paths)].map(String));
    const isShown = ({ field }: { readonly field: string }): boolean =>
      [...shown].some((path) => field === path || field.startsWith(`${path}.`));
    return error.fields.every(isShown) ? null : error;
    // What the form consists of does not change while it is open.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [error]);
  return {
    values,
    set,
    text: (name, path) => ({
      value: values[name],
      onChange: (event) => setValues((before) => ({ ...before, [name]: event.target.value })),
      error: complaintAt(name, pathOf(name, path)),
    }),
    pick: (name, path) => ({
      value: values[name],
      onChange: (value) => setValues((before) => ({ ...before, [name]: value })),
      error: complaintAt(name, pathOf(name, path)),
    }),
    fail: setError,
    clearErrors,
    otherError,
  };
}
