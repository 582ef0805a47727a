// Relay connections over keyset pages: stable under inserts, the same cost on every page.
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import type { Type } from '@nestjs/common';
import { Max, Min } from 'class-validator';
import { Access, inherited } from './access.ts';
import type { CursorKey } from './cursor.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

export const LARGEST_PAGE = 100;

@ArgsType()
export class ConnectionArgs {
  @Field(() => Int, { defaultValue: 20, description: `How many to return, 1 to ${LARGEST_PAGE}.` })
  @Min(1, { message: 'must be 1 or more' })
  @Max(LARGEST_PAGE, { message: `must be ${LARGEST_PAGE} or less` })
  first: number = 20;

  @Field(() => String, { nullable: true, description: 'The cursor to go on after.' })
  after?: string;
}

@ObjectType({ description: 'Where a page ends and whether there is more.' })
@Access(inherited)
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are more items after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether the page was asked for with `after`, so that items precede it.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first item.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last item.' })
  endCursor!: string | null;
}

export interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
}

/** The GraphQL types `<name>Connection` and `<name>Edge` for a node type; the class is for `@Query(() => …)`. */
export function connectionOf<Node extends object>(nodeClass: Type<Node>, name: string): Type<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} of a page.` })
  @Access(inherited)
  class NodeEdge implements Edge<Node> {
    @Field(() => String, { description: 'To go on after this item.' })
    cursor!: string;

    @Field(() => nodeClass, { description: 'The item.' })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${name} items.` })
  @Access(inherited)
  class NodeConnection implements Connection<Node> {
    @Field(() => [NodeEdge], { description: 'The items of this page, in order.' })
    edges!: NodeEdge[];

    @Field(() => PageInfo, { description: 'Where the page ends.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'How many there are on all pages.' })
    totalCount!: number;
  }
  return NodeConnection;
}

/** What a keyset query needs to know: one row more than asked for tells whether another page follows. */
export interface PageRequest {
  readonly limit: number;
  /** Sort key of the row to go on after. */
  readonly after: CursorKey | undefined;
}

/**
 * @param list the list's name and order, for its cursors
 * @throws InvalidInput for an `after` that is no cursor of this list
 */
export function pageRequest(list: string, { first, after }: ConnectionArgs): PageRequest {
  return { limit: first + 1, after: after == null ? undefined : decodeCursor(list, after) };
}

/** A page from up to `first + 1` rows in order. */
export function pageOf<Row>(
  list: string,
  rows: readonly Row[],
  { first, after }: ConnectionArgs,
  totalCount: number,
  keyOf: (row: Row) => CursorKey,
): Connection<Row> {
  const edges = rows.slice(0, first).map((row) => ({ cursor: encodeCursor(list, keyOf(row)), node: row }));
  return {
    edges,
    totalCount,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
