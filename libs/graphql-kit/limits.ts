// Bounds on a document, checked before anything is executed: how deep, how many aliases, directives and root fields,
// and how many values it could ask for.
import type {
  ASTNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  SelectionSetNode,
  ValidationContext,
  ValidationRule,
} from 'graphql';
import { GraphQLError, Kind } from 'graphql';
import { LARGEST_PAGE } from './connection.ts';

export interface DocumentLimits {
  readonly depth: number;
  /** Those in fragments counted in. */
  readonly rootFields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields, each counted as often as its list may have items. */
  readonly cost: number;
}

export const DOCUMENT_LIMITS: DocumentLimits = { depth: 12, rootFields: 20, aliases: 30, directives: 30, cost: 20_000 };

/** Lexical tokens of a document; given to the parser, whose recursion would exhaust the stack at some more. */
export const MOST_TOKENS = 1_000;

/** Of a selection; `rootFields` are the fields at its top. */
type Size = DocumentLimits;

const NOTHING: Size = { depth: 0, rootFields: 0, aliases: 0, directives: 0, cost: 0 };

/** Questions about the schema itself are bounded by their tokens; everything else by these limits. */
export function limitDocuments(limits: DocumentLimits = DOCUMENT_LIMITS): ValidationRule {
  return (context) => {
    const measure = new Measure(context);
    return {
      Field: (field) => measure.know(field),
      Document: {
        leave({ definitions }) {
          for (const operation of definitions) {
            if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
            const size = measure.operation(operation.selectionSet);
            for (const name of Object.keys(limits) as (keyof DocumentLimits)[]) {
              if (size[name] > limits[name]) context.reportError(tooMuch(name, limits[name], operation));
            }
          }
        },
      },
    };
  };
}

function tooMuch(name: string, limit: number, node: ASTNode): GraphQLError {
  const extensions = { code: 'LIMIT_EXCEEDED', details: { name, limit } };
  return new GraphQLError(`The operation exceeds the limit of ${name}, ${limit}.`, { nodes: node, extensions });
}

class Measure {
  readonly #context: ValidationContext;
  /** Each fragment is measured once, so that fragments of fragments cannot multiply the work; a cycle counts nothing. */
  readonly #fragments = new Map<string, Size>();
  readonly #items = new Map<FieldNode, number>();

  constructor(context: ValidationContext) {
    this.#context = context;
  }

  /** Has to hear of every field while the document is visited: only then is its definition at hand. */
  know(field: FieldNode): void {
    this.#items.set(field, itemsOf(field, this.#context.getFieldDef()));
  }

  operation(selectionSet: SelectionSetNode): Size {
    return this.#selections(selectionSet);
  }

  #selections({ selections }: SelectionSetNode): Size {
    return selections.reduce((sum: Size, selection) => {
      const own = { ...NOTHING, directives: selection.directives?.length ?? 0 };
      switch (selection.kind) {
        case Kind.FIELD:
          return beside(sum, beside(own, this.#field(selection)));
        case Kind.INLINE_FRAGMENT:
          return beside(sum, beside(own, this.#selections(selection.selectionSet)));
        case Kind.FRAGMENT_SPREAD:
          return beside(sum, beside(own, this.#fragment(this.#context.getFragment(selection.name.value))));
      }
    }, NOTHING);
  }

  #field(field: FieldNode): Size {
    if (field.name.value.startsWith('__')) return { ...NOTHING, depth: 1, rootFields: 1, cost: 1 };
    const within = field.selectionSet ? this.#selections(field.selectionSet) : NOTHING;
    return {
      depth: within.depth + 1,
      rootFields: 1,
      cost: 1 + within.cost * (this.#items.get(field) ?? 1),
      aliases: within.aliases + (field.alias ? 1 : 0),
      directives: within.directives,
    };
  }

  #fragment(fragment: FragmentDefinitionNode | null | undefined): Size {
    if (!fragment) return NOTHING;
    const known = this.#fragments.get(fragment.name.value);
    if (known) return known;
    this.#fragments.set(fragment.name.value, NOTHING);
    const size = this.#selections(fragment.selectionSet);
    this.#fragments.set(fragment.name.value, size);
    return size;
  }
}

function beside(a: Size, b: Size): Size {
  return {
    depth: Math.max(a.depth, b.depth),
    rootFields: a.rootFields + b.rootFields,
    cost: a.cost + b.cost,
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives,
  };
}

/** How many items a page may have: a variable may be the largest page, no argument is the page the schema says. */
function itemsOf(field: FieldNode, definition: GraphQLField<unknown, unknown> | null | undefined): number {
  const first = field.arguments?.find(({ name }) => name.value === 'first')?.value;
  if (first === undefined) return Number(definition?.args.find(({ name }) => name === 'first')?.defaultValue ?? 1);
  return first.kind === Kind.INT ? Math.min(Math.max(Number(first.value), 1), LARGEST_PAGE) : LARGEST_PAGE;
}
