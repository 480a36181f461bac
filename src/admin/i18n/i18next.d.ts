import type { Texts } from './en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: Texts };
    keySeparator: false;
    nsSeparator: false;
    returnNull: false;
  }
}
