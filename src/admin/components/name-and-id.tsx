import { Text } from '@mantine/core';

/** A name with the platform's id under it. */
export function NameAndId({ name, id }: { readonly name: string; readonly id: string }) {
  return (
    <>
      <Text fw={600} size="sm">
        {name}
      </Text>
      <Text size="xs" c="dimmed">
        {id}
      </Text>
    </>
  );
}
