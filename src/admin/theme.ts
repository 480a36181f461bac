import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const harbour: MantineColorsTuple = [
  '#e6f7f3',
  '#d2ebe5',
  '#a5d6ca',
  '#75c0ae',
  '#4eae96',
  '#34a287',
  '#228d74',
  '#12735f',
  '#0b6151',
  '#00493c',
];

/** Colours with enough contrast for small text, in light and dark (WCAG AA). */
export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 7 },
  colors: { harbour },
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: '650' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** Mantine's dimmed text, placeholders and complaints are too pale for WCAG AA; these are not. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c646b',
    '--mantine-color-placeholder': '#687078',
    '--mantine-color-error': '#b3261e',
  },
  dark: {
    '--mantine-color-dimmed': '#a5abb2',
    '--mantine-color-placeholder': '#9aa0a7',
    '--mantine-color-anchor': '#75c0ae',
    '--mantine-color-error': '#ff9c9c',
  },
});
