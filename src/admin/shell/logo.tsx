import { Group, Text } from '@mantine/core';

/** The product's sign and name. @param isShort only the sign where there is little room */
export function Logo({ isShort = false }: { readonly isShort?: boolean }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <img src="/admin/icon.svg" alt={isShort ? 'Latchkey' : ''} width={28} height={28} />
      <Text fw={700} size="lg" {...(isShort ? { visibleFrom: 'xs' } : {})}>
        Latchkey
      </Text>
    </Group>
  );
}
