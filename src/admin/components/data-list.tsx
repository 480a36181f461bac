import { Button, Group, Paper, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorView } from './error-view';
import type { PagedList } from './paged-list';

export interface Column<Item> {
  /** Stable name. */
  readonly id: string;
  readonly title: string;
  /** The cell; null leaves it out of the card on small screens. */
  readonly cell: (item: Item) => ReactNode;
  /** The title of the card on small screens; one column. */
  readonly isPrimary?: boolean;
  /** Buttons: at the end, without a title on small screens. */
  readonly isActions?: boolean;
}

interface Props<Item> {
  /** Names the list to those who do not see it. */
  readonly label: string;
  readonly list: PagedList<Item>;
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  /** Search box and filters. */
  readonly toolbar?: ReactNode;
  /** What to show, and to do next, when there is nothing at all. */
  readonly empty: { readonly title: string; readonly text: string; readonly action?: ReactNode };
  /** Whether search or filters narrow the list: then nothing found is said instead of `empty`. */
  readonly isFiltered?: boolean;
  readonly onClearFilters?: () => void;
}

/** A list of the API: a table, or cards on small screens, with everything that can be the case with a list. */
export function DataList<Item>({ label, list, columns, keyOf, toolbar, empty, ...rest }: Props<Item>) {
  const { t } = useTranslation();
  const { isFiltered = false, onClearFilters } = rest;
  const { items } = list;
  return (
    <Stack gap="sm">
      {toolbar !== undefined && <Group gap="sm">{toolbar}</Group>}
      {list.error !== null && list.error !== undefined && <ErrorView error={list.error} onRetry={list.retry} />}
      {items === undefined && (list.error === null || list.error === undefined) && <Waiting />}
      {items !== undefined && items.length === 0 && !isFiltered && <Empty {...empty} />}
      {items !== undefined && items.length === 0 && isFiltered && (
        <Empty
          title={t('list.nothingFound')}
          text={t('list.nothingFoundText')}
          action={
            onClearFilters && (
              <Button variant="default" onClick={onClearFilters}>
                {t('list.clearFilters')}
              </Button>
            )
          }
        />
      )}
      {items !== undefined && items.length > 0 && (
        <div className="list-frame" aria-busy={list.isStale} style={list.isStale ? { opacity: 0.6 } : {}}>
          <table className="list" role="table" aria-label={label}>
            <thead role="rowgroup">
              <tr role="row">
                {columns.map((column) => (
                  <th key={column.id} scope="col" role="columnheader" className={column.isActions ? 'end' : ''}>
                    {column.isActions ? <VisuallyHidden>{column.title}</VisuallyHidden> : column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody role="rowgroup">
              {items.map((item) => (
                <tr key={keyOf(item)} role="row">
                  {columns.map((column) => (
                    <Cell key={column.id} column={column} item={item} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {items !== undefined && items.length > 0 && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed" role="status">
            {t('list.shown', { count: items.length })}
          </Text>
          {list.hasMore && (
            <Button variant="default" size="sm" loading={list.isLoadingMore} onClick={list.loadMore}>
              {t('list.more')}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

function Cell<Item>({ column, item }: { readonly column: Column<Item>; readonly item: Item }) {
  const content = column.cell(item);
  const kind = column.isPrimary === true ? 'primary' : column.isActions === true ? 'actions end' : '';
  const isEmpty = content === null || content === undefined || content === '';
  return (
    <td role="cell" data-label={column.title} className={`${kind}${isEmpty ? ' empty' : ''}`}>
      <div>{content}</div>
    </td>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status" aria-label={t('list.loading')}>
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} height={44} radius="md" />
      ))}
    </Stack>
  );
}

/** Nothing there: what this would be and what to do next. */
export function Empty({ title, text, action }: Props<never>['empty']) {
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="xs">
        <Title order={2} size="h4" ta="center">
          {title}
        </Title>
        <Text c="dimmed" ta="center" maw={520}>
          {text}
        </Text>
        {action}
      </Stack>
    </Paper>
  );
}
