// Requests that are HTTP, and wrong as JSON, as GraphQL requests or as GraphQL documents.
import type { HostileRequest } from './hostile-case.ts';
import { asOffice, body, CANARY, document } from './hostile-case.ts';

const BAD = 'BAD_REQUEST';
const PARSE = 'GRAPHQL_PARSE_FAILED';
const VALIDATION = 'GRAPHQL_VALIDATION_FAILED';
const LIMIT = 'LIMIT_EXCEEDED';
const many = (count: number, of: (n: number) => string) => Array.from({ length: count }, (_, n) => of(n)).join(' ');
const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`);
const QUERY = '"query":"{ __typename }"';

const BODIES: readonly HostileRequest[] = [
  body('nothing', '', 400, BAD),
  body('blanks', ' \r\n ', 400, BAD),
  body('half an object', `{"query":"${CANARY}`, 400, BAD),
  body('two objects', `{${QUERY}}{"note":"${CANARY}"}`, 400, BAD),
  body('a trailing comma', `{${QUERY},"note":"${CANARY}",}`, 400, BAD),
  body('single quotes', `{'query':'${CANARY}'}`, 400, BAD),
  body('a comment', `{${QUERY}/*${CANARY}*/}`, 400, BAD),
  body('NaN', `{${QUERY},"variables":{"n":NaN,"x":${CANARY}}}`, 400, BAD),
  body('a byte order mark', `\uFEFF{${QUERY},"x":"${CANARY}"}`, 400, BAD),
  body('UTF-16', Buffer.from(`{${QUERY},"x":"${CANARY}"}`, 'utf16le'), 400, BAD),
  body(
    'broken UTF-8',
    Buffer.concat([Buffer.from(`{"query":"${CANARY}`), Buffer.from([0xc3, 0x28, 0x22, 0x7d])]),
    400,
    BAD,
  ),
  body('overlong UTF-8', Buffer.concat([Buffer.from('{"query":"'), Buffer.from([0xc0, 0xaf, 0x22, 0x7d])]), 400, BAD),
  body(
    'a surrogate in UTF-8',
    Buffer.concat([Buffer.from('{"query":"'), Buffer.from([0xed, 0xa0, 0x80, 0x22, 0x7d])]),
    400,
    BAD,
  ),
  body('a NUL', `{${QUERY},"x":"\0${CANARY}"}`, 400, BAD),
  body('brackets without end', '['.repeat(100_000), 400, BAD),
  body('objects without end', '{"a":'.repeat(20_000), 400, BAD),
  body('lists in lists', `{${QUERY},"variables":${'['.repeat(40_000)}${']'.repeat(40_000)}}`, 400, BAD),
  body('null', 'null', 400, BAD),
  body('true', 'true', 400, BAD),
  body('a number', CANARY, 400, BAD),
  body('a text', `"${CANARY}"`, 400, BAD),
  body('an empty list', '[]', 400, BAD),
  body('a batch', `[{${QUERY}},{${QUERY},"x":"${CANARY}"}]`, 400, BAD),
  body(
    'a batch of many',
    `[${many(500, () => `{${QUERY}}`)
      .replaceAll(' {', ',{')
      .replaceAll('},,', '},')}]`,
    400,
    BAD,
  ),
  body('an empty object', '{}', 400, BAD),
  body('no query', JSON.stringify({ phone: CANARY }), 400, BAD),
  body('an empty query', '{"query":""}', 400, BAD),
  ...[7, true, null, [CANARY], { a: CANARY }].map((query) =>
    body(`a query that is ${kindOf(query)}`, JSON.stringify({ query }), 400, BAD),
  ),
  ...['text', 7, [CANARY], true].map((variables) =>
    document(`variables that are ${kindOf(variables)}`, '{ __typename }', 400, BAD, { variables }),
  ),
  document('variables as JSON in a text', '{ __typename }', 400, BAD, { variables: `{"a":"${CANARY}"}` }),
  ...[7, [CANARY], { a: 1 }].map((operationName) =>
    document(`a name that is ${kindOf(operationName)}`, 'query A { __typename }', 400, BAD, {
      operationName,
    }),
  ),
  ...['text', 7, [CANARY]].map((extensions) =>
    document(`extensions that are ${kindOf(extensions)}`, '{ __typename }', 400, BAD, {
      extensions,
    }),
  ),
  body(
    'a persisted query nobody has',
    JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }, x: CANARY }),
    200,
    BAD,
  ),
  document('a persisted query with its text', '{ __typename }', 200, BAD, {
    extensions: { persistedQuery: { version: 1, sha256Hash: CANARY } },
  }),
  body('the query twice', `{"query":"{ ${'x'.repeat(10)} }",${QUERY},"x":"${CANARY}"}`, 200),
  body('__proto__ beside the query', `{${QUERY},"__proto__":{"polluted":"${CANARY}"}}`, 200),
  body('a constructor beside the query', `{${QUERY},"constructor":{"prototype":{"polluted":"${CANARY}"}}}`, 200),
  body('__proto__ in place of the query', `{"__proto__":{${QUERY}}}`, 400, BAD),
  body('__proto__ among the variables', `{${QUERY},"variables":{"__proto__":{"polluted":"${CANARY}"}}}`, 200),
  document('a name of another operation', 'query A { __typename }', 400, BAD, { operationName: `Z${CANARY}` }),
  document('two operations and no name', 'query A { __typename } query B { __typename }', 400, BAD),
  document(
    'a query and a mutation, and the name of neither',
    'query A { __typename } mutation B { __typename }',
    400,
    BAD,
    { operationName: '' },
  ),
];

const TEXTS: readonly HostileRequest[] = [
  document('half a document', `{ a(x: "${CANARY}") {`, 400, PARSE),
  document('a comment alone', `# ${CANARY}`, 400, PARSE),
  document('an empty selection', '{ }', 400, PARSE),
  document('a number as a name', `{ ${CANARY} }`, 400, PARSE),
  document('a NUL in the document', `{ __typename\0${CANARY} }`, 400, PARSE),
  document('a direction override', `{ \u202E${CANARY} }`, 400, PARSE),
  document('full-width letters', `{ ｍｅ { id } # ${CANARY}\n }`, 400, PARSE),
  document('a zero-width space', `{ m\u200Be { id } # ${CANARY}\n }`, 400, PARSE),
  document('half a surrogate pair', `{ me(x: "\uD800${CANARY}") { id } }`, 400, PARSE),
  document('an escape of half a surrogate pair', `{ me(x: "\\uD800${CANARY}") { id } }`, 400, PARSE),
  document('an escape beyond Unicode', `{ me(x: "\\u{110000}${CANARY}") { id } }`, 400, PARSE),
  document('a string without end', `{ me(x: "${CANARY}`, 400, PARSE),
  document('a block string without end', `{ me(x: """${CANARY}`, 400, PARSE),
  document('a number that is none', `{ request(id: 00${CANARY}) { id } }`, 400, PARSE),
  document('a type definition', `type A { phone${CANARY}: Int }`, 400, VALIDATION),
  document('tokens without end', `{ ${many(1_500, () => 'me')} }`, 400, LIMIT),
  document('a list literal without end', `{ me(x: ${'['.repeat(30_000)}`, 400, LIMIT),
  document('commas without end', `{ __typename ${','.repeat(90_000)} }`, 200),
  document('a name of a hundred thousand letters', `{ ${'a'.repeat(90_000)} }`, 400, VALIDATION),
  document('a fragment on nothing', `{ ...F } fragment F on Phone${CANARY} { id }`, 400, VALIDATION),
];

const SHAPES: readonly HostileRequest[] = [
  document('an unknown field', `{ phone${CANARY} }`, 400, VALIDATION),
  document('a field of almost the right name', '{ requsts { totalCount } mee { id } }', 400, VALIDATION),
  document('an argument of almost the right name', '{ requests(firts: 1) { totalCount } }', 400, VALIDATION),
  document('a value of almost the right name', '{ requests(orderBy: NEWEST_FIRS) { totalCount } }', 400, VALIDATION),
  document(
    'a type of almost the right name',
    'query ($a: Positio) { requests(atLeast: $a) { totalCount } }',
    400,
    VALIDATION,
  ),
  document('a fragment that does not exist', `{ ...F${CANARY} }`, 400, VALIDATION),
  document('fragments in a circle', '{...A} fragment A on Query{...B} fragment B on Query{...A}', 400, VALIDATION),
  document('a fragment of itself', '{...A} fragment A on Query{...A}', 400, VALIDATION),
  document(
    'fragments in a circle of 300',
    `{...F0} ${many(300, (n) => `fragment F${n} on Query{...F${(n + 1) % 300}}`)}`,
    400,
    LIMIT,
  ),
  document(
    'fragments that double',
    `{me{...F0}} ${many(40, (n) => `fragment F${n} on Account{id ...F${n + 1} ...F${n + 1}}`)} fragment F40 on Account{id}`,
    400,
    LIMIT,
  ),
  document('fields that conflict', `{ me { id } ${'me { id: username } '.repeat(19)} }`, 400, VALIDATION),
  document('great depth', `{ ${'me { '.repeat(60)} id ${'}'.repeat(60)} }`, 400, VALIDATION),
  document(
    'depth in fragments',
    `{...A} fragment A on Query{ ${'me { '.repeat(30)} id ${'}'.repeat(30)} }`,
    400,
    VALIDATION,
  ),
  document('many aliases', `{ ${many(19, (n) => `a${n}: me { b${n}: id c${n}: id }`)} }`, 400, LIMIT),
  document('many root fields', `{ ${many(25, (n) => `a${n}: me { id }`)} }`, 400, LIMIT),
  document(
    'many sign-ins at once',
    `mutation { ${many(25, (n) => `a${n}: login(input: { username: "u", password: "${CANARY}" }) { accessToken }`)} }`,
    400,
    LIMIT,
  ),
  document('many directives', `{ __typename ${'@include(if: true) '.repeat(60)} }`, 400, VALIDATION),
  document('directives that do not exist', `{ __typename @a${CANARY} @b @c }`, 400, VALIDATION),
  document('many variables', `query (${many(150, (n) => `$v${n}: Int`)}) { __typename }`, 400, VALIDATION),
  document(
    'pages of pages',
    '{ requests(first: 100) { edges { node { history(first: 100) { edges { node { id } } } } } } }',
    400,
    VALIDATION,
  ),
  document('deferred', '{ ... @defer { me { id } } }', 400, VALIDATION),
  document('streamed', '{ requests { edges @stream(initialCount: 1) { cursor } } }', 400, VALIDATION),
  document('a subscription', 'subscription { taskOffered { position } }', 400, BAD),
  document(
    'a deep question about the schema',
    `{ __schema { types { ${'fields { type { '.repeat(6)} name ${'} }'.repeat(6)} } } }`,
    400,
    LIMIT,
  ),
  document('a type of the schema asked for by a phone', `{ __type(name: "${CANARY}") { name } }`, 200),
];

const LITERALS: readonly HostileRequest[] = [
  document('a number literal for a text', `{ request(id: "x", atLeast: ${CANARY}) { id } }`, 400, VALIDATION),
  document('a text for a number', `{ requests(first: "${CANARY}") { totalCount } }`, 400, VALIDATION),
  document('a number beyond 32 bits', `{ requests(first: ${CANARY}${CANARY}) { totalCount } }`, 400, VALIDATION),
  document('a fraction for a whole number', `{ requests(first: 1.${CANARY}) { totalCount } }`, 400, VALIDATION),
  document('an object literal for a text', `{ request(id: { phone: "${CANARY}" }) { id } }`, 400, VALIDATION),
  document(
    'a literal field the input does not have',
    `{ requests(filter: { phone${CANARY}: 1 }) { totalCount } }`,
    400,
    VALIDATION,
  ),
  document('null where none is allowed', '{ history(requestId: null) { totalCount } }', 400, VALIDATION),
  asOffice('a variable of another type', 'query ($a: Int) { request(id: $a) { id } }', { a: CANARY }, 400, VALIDATION),
  asOffice('a variable nobody declared', '{ request(id: $a) { id } }', { a: CANARY }, 400, VALIDATION),
  asOffice('a variable nobody uses', 'query ($a: String) { __typename }', { a: CANARY }, 400, VALIDATION),
];

export const DOCUMENT_CASES = [...BODIES, ...TEXTS, ...SHAPES, ...LITERALS];
