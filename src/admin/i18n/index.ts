import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';

/** Languages of the pages, by their code, with the names their speakers use. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const STORED = 'latchkey-language';

/** Starts with the language chosen earlier, else the browser's, else English. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  const wanted = stored() ?? (navigator.language.startsWith('de') ? 'de' : 'en');
  if (wanted === 'de') await changeLanguage('de').catch(() => undefined);
}

/** Changes the language of all pages and remembers it. The texts of a language are loaded when it is asked for. */
export async function changeLanguage(language: Language): Promise<void> {
  if (language === 'de' && !i18next.hasResourceBundle('de', 'translation')) {
    const { de } = await import('./de');
    i18next.addResourceBundle('de', 'translation', de);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Storage may be forbidden; the language then lasts until the page is closed.
  }
}

function stored(): Language | null {
  try {
    const code = localStorage.getItem(STORED);
    return code === 'de' || code === 'en' ? code : null;
  } catch {
    return null;
  }
}
