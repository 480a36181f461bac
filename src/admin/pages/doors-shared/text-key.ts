import type { enDoors } from '../../i18n/en-doors';

type AnyKey = keyof typeof enDoors;

/** A text of these pages that does not depend on a count. */
export type TextKey = Exclude<AnyKey, `${string}_one` | `${string}_other`>;

type Base<Key> = Key extends `${infer Before}_other` ? Before : never;

/** A text of these pages that takes a `count`. */
export type CountedKey = Base<AnyKey>;
