import { Badge } from '@mantine/core';

const TONES = {
  good: { light: '#0b6151', dark: '#a5d6ca', color: 'harbour' },
  busy: { light: '#0b4f8a', dark: '#a5d0f5', color: 'blue' },
  wait: { light: '#7a4a00', dark: '#ffd28a', color: 'yellow' },
  bad: { light: '#a11a1a', dark: '#ffb3b3', color: 'red' },
  quiet: { light: '#495057', dark: '#c9cdd2', color: 'gray' },
} as const;
export type Tone = keyof typeof TONES;

/** A state in a word, coloured by how good it is. The word alone says everything: colour only helps. */
export function StateBadge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  const { light, dark, color } = TONES[tone];
  return (
    <Badge
      color={color}
      variant="light"
      tt="none"
      style={{ minWidth: 'max-content', color: `light-dark(${light}, ${dark})` }}
    >
      {children}
    </Badge>
  );
}
