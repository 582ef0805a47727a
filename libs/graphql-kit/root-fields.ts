import type { DocumentNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { Kind } from 'graphql';

/** Names of the fields of Query or Mutation an operation asks for, through fragments too, each once. */
export function rootFieldsOf({ definitions }: DocumentNode, { selectionSet }: OperationDefinitionNode): string[] {
  const names = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else {
        const { value } = selection.name;
        const named = definitions.find((of) => of.kind === Kind.FRAGMENT_DEFINITION && of.name.value === value);
        if (named && 'selectionSet' in named) collect(named.selectionSet);
      }
    }
  };
  collect(selectionSet);
  return [...names];
}
