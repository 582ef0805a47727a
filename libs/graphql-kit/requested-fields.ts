// Which fields of an object the client asks for, so that a list reads no columns that nobody will see.
import type { FragmentDefinitionNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql';
import { Kind } from 'graphql';

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** By the field node, which lives as long as its document is kept parsed. */
const known = new WeakMap<object, Map<string, ReadonlySet<string>>>();

/**
 * Names of the fields asked for at a path below the resolved field, such as `edges.node`; what a directive may leave
 * out is counted in.
 */
export function requestedFields({ fieldNodes, fragments }: GraphQLResolveInfo, path: string): ReadonlySet<string> {
  const [first] = fieldNodes;
  const paths = (first && known.get(first)) ?? new Map<string, ReadonlySet<string>>();
  if (first) known.set(first, paths);
  const found = paths.get(path) ?? new Set(namesAt(setsOf(fieldNodes), path.split('.'), fragments));
  paths.set(path, found);
  return found;
}

function namesAt(
  sets: readonly SelectionSetNode[],
  [step, ...rest]: readonly string[],
  fragments: Fragments,
): string[] {
  const fields = sets.flatMap((set) => fieldsOf(set, fragments));
  if (step === undefined) return fields.map(({ name }) => name.value);
  return namesAt(setsOf(fields.filter(({ name }) => name.value === step)), rest, fragments);
}

function fieldsOf({ selections }: SelectionSetNode, fragments: Fragments): FieldNodeLike[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const within = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
    return within ? fieldsOf(within.selectionSet, fragments) : [];
  });
}

type FieldNodeLike = GraphQLResolveInfo['fieldNodes'][number];

function setsOf(fields: readonly FieldNodeLike[]): SelectionSetNode[] {
  return fields.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
}
