import { keepPreviousData, useInfiniteQuery, type QueryKey } from '@tanstack/react-query';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** What a list shows: all pages loaded so far, and how to get more. */
export interface PagedList<Item> {
  /** Undefined while nothing has come yet. */
  readonly items: readonly Item[] | undefined;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** The items belong to the filters before; the new ones are on their way. */
  readonly isStale: boolean;
  readonly loadMore: () => void;
  readonly retry: () => void;
}

interface Options<Item> {
  readonly queryKey: QueryKey;
  /** Reads one page; `query` goes to the API as it is. */
  readonly read: (query: { readonly limit: number; readonly cursor?: string }) => Promise<Page<Item>>;
  readonly limit?: number;
  /** Reads everything shown again so often. */
  readonly refetchMs?: number;
}

/** Reads a list of the API page by page, with its cursor. */
export function usePagedList<Item>({ queryKey, read, limit = 50, refetchMs }: Options<Item>): PagedList<Item> {
  const first: string | null = null;
  const query = useInfiniteQuery({
    queryKey,
    initialPageParam: toCursor(first),
    queryFn: ({ pageParam }) => read({ limit, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
  });
  return {
    items: query.data?.pages.flatMap((page) => page.items),
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    isStale: query.isPlaceholderData,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}

const toCursor = (cursor: string | null): string | null => cursor;
