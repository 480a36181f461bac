import { enDoors } from './en-doors';
import { enMembers } from './en-members';
import { enPages } from './en-pages';
import { enProblems } from './en-problems';
import { enShell } from './en-shell';

/** Every text of the admin pages in English; the other languages have exactly these keys. */
export const en = { ...enShell, ...enPages, ...enProblems, ...enDoors, ...enMembers };

/** The texts of one language. */
export type Texts = { readonly [Key in keyof typeof en]: string };
