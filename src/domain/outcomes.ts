/** Why Kisi refused a request. `key_invalid`: the API key itself (401); `invalid`: the content (400, 422). */
export type RefusalReason = 'key_invalid' | 'forbidden' | 'invalid' | 'other';

/**
 * What became of one request to Kisi, as a value. Nothing that Kisi or the network does is thrown.
 *
 * - `done`: carried out. `already_so`: the record exists already (409, or 422 that says so). `gone`: not found (404).
 * - `refused`: answered, and not carried out.
 * - `unknown`: it may or may not have been carried out (timeout, connection lost after sending, 5xx from Kisi or anything between, unreadable answer).
 * - `unavailable`: certainly not carried out (no connection came about).
 * - `wait_until`: not now (429, or no free slot); `at` in epoch milliseconds.
 */
export type KisiOutcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'already_so' }
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'refused';
      readonly reason: RefusalReason;
      readonly status: number;
      readonly code: string | null;
      readonly message: string;
    }
  | { readonly kind: 'unknown'; readonly cause: string }
  | { readonly kind: 'unavailable'; readonly cause: string }
  | { readonly kind: 'wait_until'; readonly at: number; readonly cause: 'rate_limited' | 'no_slot' };

/** An outcome that did not do what was asked. */
export type KisiFailure = Exclude<KisiOutcome<never>, { readonly kind: 'done' }>;
