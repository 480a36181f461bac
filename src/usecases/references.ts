/** What still refers to something that is to be deleted, with up to three of its ids. */
export interface Reference {
  readonly kind: 'door_mapping' | 'booking' | 'resource' | 'plan' | 'pass_type' | 'integration' | 'policy';
  readonly count: number;
  readonly examples: readonly string[];
}

export type DeleteResult =
  | { readonly kind: 'deleted' }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'in_use'; readonly by: readonly Reference[] };
