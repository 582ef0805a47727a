// The tables of docs/reference/websocket.md, from the constants the server itself obeys.
import { readFileSync } from 'node:fs';
import { CloseCode, SOCKET_LIMITS } from '../libs/graphql-kit/subscriptions/protocol.ts';

type LimitName = keyof typeof SOCKET_LIMITS;
type CloseName = keyof typeof CloseCode;

const LIMITS: Readonly<Record<LimitName, readonly [what: string, ends: string]>> = {
  frameBytes: ['bytes of a message, whole or in fragments', '1009'],
  fragments: ['fragments of a message', '1008'],
  subscriptions: ['subscriptions at one time', '4429'],
  initialiseWithinMs: ['milliseconds until the initialisation has let the client in', '4408'],
  messagesBetweenLooks: ['messages and pings in a second', '4429, or the connection is cut'],
  bytesBetweenLooks: ['bytes in a second, of whatever frames', '4429'],
  looksBetweenPings: ['seconds between two pings of the server, which have to be answered', 'the connection is cut'],
  backlogBytes: ['bytes that wait for a client that does not read', '4429'],
  idCharacters: ["characters of a subscription's id", '4400'],
};

const CODES: Readonly<Record<CloseName, string>> = {
  GOING_AWAY: 'the server stops; connect again, and go on after the last position',
  BAD_MESSAGE: 'a message that is none of the protocol, or binary',
  UNAUTHORIZED: 'no token, no initialisation before the first subscription, or a token that has ended',
  FORBIDDEN: 'a token that is not good, or an account or session that is no longer',
  WRONG_SUBPROTOCOL: 'the protocol was not asked for',
  INIT_TIMEOUT: 'the initialisation took too long',
  DUPLICATE_ID: 'a second subscription under an id in use',
  TOO_MUCH: 'over a limit, a second initialisation, or not keeping up: go on after the last position, more slowly',
  INTERNAL: 'a defect, in the log under the id of the socket',
};

const OF_WEBSOCKET = [
  [1002, 'a frame that breaks RFC 6455: not masked, a reserved bit or opcode, a large ping'],
  [1007, 'a text that is not UTF-8'],
  [1008, 'too many fragments'],
  [1009, 'a message that is too large'],
] as const;

const FILE = new URL('../docs/reference/websocket.md', import.meta.url);
const BETWEEN = (name: string) => new RegExp(`(<!-- ${name} -->\n\n)[^]*?(\n\n<!-- end -->)`);

/** The page with its tables as the constants are now. */
export function websocketReference(): string {
  const limits = (Object.keys(SOCKET_LIMITS) as LimitName[]).map(
    (name) => `| ${LIMITS[name][0]} | ${SOCKET_LIMITS[name].toLocaleString('en')} | ${LIMITS[name][1]} |`,
  );
  const own = (Object.keys(CloseCode) as CloseName[]).map((name) => [CloseCode[name], CODES[name]] as const);
  const codes = [...own, ...OF_WEBSOCKET]
    .sort(([a], [b]) => a - b)
    .map(([code, when]) => `| ${String(code)} | ${when} |`);
  return readFileSync(FILE, 'utf8')
    .replace(BETWEEN('limits'), `$1${table('what | most | ends with', 3, limits)}$2`)
    .replace(BETWEEN('codes'), `$1${table('code | when', 2, codes)}$2`);
}

function table(head: string, columns: number, rows: readonly string[]): string {
  return [`| ${head} |`, `|${' --- |'.repeat(columns)}`, ...rows].join('\n');
}
