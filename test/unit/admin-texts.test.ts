import { PROBLEM_CODES } from '../../src/domain/problems';
import { de } from '../../src/admin/i18n/de';
import { en } from '../../src/admin/i18n/en';

const placeholdersOf = (text: string): readonly string[] => (text.match(/{{\w+}}/g) ?? []).sort();

describe('the texts of the admin pages', () => {
  it('have the same keys in English and German', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  });

  it('say the same names and numbers in both languages', () => {
    const german = new Map(Object.entries(de));
    const different = Object.entries(en)
      .filter(([key]) => !key.endsWith('_one'))
      .filter(([key, text]) => String(placeholdersOf(text)) !== String(placeholdersOf(german.get(key) ?? '')))
      .map(([key]) => key);
    expect(different).toEqual([]);
  });

  it('are never empty', () => {
    const empty = [...Object.entries(en), ...Object.entries(de)].filter(([, text]) => text.trim() === '');
    expect(empty).toEqual([]);
  });

  it('name and explain every problem there can be', () => {
    const wanted = PROBLEM_CODES.flatMap((code) => ['', '.message', '.remedy'].map((part) => `problem.${code}${part}`));
    expect(Object.keys(en)).toEqual(expect.arrayContaining(wanted));
  });
});
