// The small application both peers of the list bench serve: a page of rows, and a mutation that does nothing. Its rows
// are in memory, or with the argument `sqlite` in a file. Decorators are called, since this file runs uncompiled.
import 'reflect-metadata';
import { Args, Field, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { Access, anyone, inherited } from '#libs/graphql-kit';
import { ROW_FIELDS, rowNumber } from './rows.ts';
import { openTable } from './table.ts';

class Row {
  declare id: string;
}
ObjectType()(Row);
Access(inherited)(Row);
for (const [name, type] of Object.entries(ROW_FIELDS)) {
  const of = (): unknown => ({ ID, Int, String })[type];
  Field(of as () => typeof String, { nullable: true })(Row.prototype, name);
}

class Page {
  declare hasNextPage: boolean;
}
ObjectType()(Page);
Access(inherited)(Page);
Field(() => Boolean)(Page.prototype, 'hasNextPage');
Field(() => String, { nullable: true })(Page.prototype, 'endCursor');

class Edge {
  declare cursor: string;
}
ObjectType()(Edge);
Access(inherited)(Edge);
Field(() => String)(Edge.prototype, 'cursor');
Field(() => Row)(Edge.prototype, 'node');

class Connection {
  declare totalCount: number;
}
ObjectType()(Connection);
Access(inherited)(Connection);
Field(() => [Edge])(Connection.prototype, 'edges');
Field(() => Page)(Connection.prototype, 'pageInfo');
Field(() => Int)(Connection.prototype, 'totalCount');

class RaiseInput {
  declare commandId: string;
}
InputType()(RaiseInput);
for (const name of ['commandId', 'communityId', 'channel', 'category', 'matter'])
  Field(() => String)(RaiseInput.prototype, name);

class Raised {
  declare position: string;
}
ObjectType()(Raised);
Access(inherited)(Raised);
Field(() => Row)(Raised.prototype, 'request');
Field(() => String)(Raised.prototype, 'position');

const rows = Array.from({ length: 2_000 }, (_, index) => rowNumber(index));
const table = process.argv[2] === 'sqlite' ? openTable(rows) : undefined;

export class Rows {
  async requests(first: number) {
    const page = table ? await table.page(first) : rows.slice(0, first);
    const totalCount = table ? await table.count() : rows.length;
    const edges = page.map((node) => ({ cursor: String(node.id), node }));
    return { edges, totalCount, pageInfo: { hasNextPage: true, endCursor: edges.at(-1)?.cursor } };
  }

  raiseRequest() {
    return { request: rows[0], position: '1' };
  }
}
Resolver()(Rows);
decorate(
  'requests',
  Query(() => Connection),
  [Number],
  Args('first', { type: () => Int }),
);
decorate(
  'raiseRequest',
  Mutation(() => Raised),
  [RaiseInput],
  Args('input', { type: () => RaiseInput }),
);

function decorate(
  method: 'requests' | 'raiseRequest',
  field: MethodDecorator,
  types: unknown[],
  argument: ParameterDecorator,
) {
  Reflect.defineMetadata('design:paramtypes', types, Rows.prototype, method);
  argument(Rows.prototype, method, 0);
  // Means something to our server only; stock Nest carries it along.
  Access(anyone)(Rows.prototype, method, {});
  field(Rows.prototype, method, Object.getOwnPropertyDescriptor(Rows.prototype, method) ?? {});
}
