import type { Texts } from './en';
import { deDoors } from './de-doors';
import { deMembers } from './de-members';
import { dePages } from './de-pages';
import { deProblems } from './de-problems';
import { deShell } from './de-shell';

/** Every text of the admin pages in German. */
export const de: Texts = { ...deShell, ...dePages, ...deProblems, ...deDoors, ...deMembers };
