// Structured logs, one JSON object a line. Only fields on the list below are ever written, and failures only by kind
// and place, so that no name, phone number or free text can reach a log by accident.
import { isKnownFailure } from '#libs/kernel';
import { pino } from 'pino';

/** Every field a log line may carry. Adding one is a decision: it must never hold personal data. */
export const LOG_FIELDS = [
  'address',
  'code',
  'count',
  'durationMs',
  'failure',
  'frames',
  'generation',
  'kind',
  'limitMs',
  'operation',
  'part',
  'port',
  'position',
  'projection',
  'reason',
  'requestId',
  'role',
  'setting',
  'signal',
  'status',
  'type',
  'version',
] as const;

export type LogField = (typeof LOG_FIELDS)[number];
export type LogFields = { readonly [field in LogField]?: string | number | boolean | undefined };
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** `message` is a constant of the code, never built from input. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A foreseeable failure as a warning with its kind; anything else as an error with where it came from. Never its message. */
  failure(message: string, error: unknown, fields?: LogFields): void;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where lines go; default standard output. */
  readonly write?: (line: string) => void;
}

export function createLogger({ level, write }: LoggerOptions): Logger {
  const options = { level, base: null, messageKey: 'message', timestamp: pino.stdTimeFunctions.isoTime };
  const sink = write ? pino(options, { write }) : pino(options);
  const at =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}) => {
      if (sink.isLevelEnabled(name)) sink[name](allowed(fields), message);
    };
  const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return {
    ...logger,
    failure(message, error, fields) {
      const known = isKnownFailure(error);
      logger[known ? 'warn' : 'error'](message, { ...fields, ...describeForLog(error) });
    },
  };
}

/** Who failed and where, without the message, which may quote what was sent. */
export function describeForLog(error: unknown): LogFields {
  if (isKnownFailure(error)) return { failure: error.name, kind: error.kind };
  if (!(error instanceof Error)) return { failure: typeof error };
  return { failure: error.constructor.name, frames: framesOf(error) };
}

const FRAME = /^\s+at .*/;

/** A stack repeats the message first, and a message may have lines that look like frames: what follows it is read. */
function framesOf({ stack = '', message }: Error): string {
  const end = stack.indexOf(message);
  if (end < 0) return '';
  const lines = stack
    .slice(end + message.length)
    .split('\n')
    .filter((line) => FRAME.test(line));
  return lines
    .slice(0, 8)
    .map((line) => line.trim())
    .join('; ');
}

const LONGEST_TEXT = 1_000;

function allowed(fields: LogFields): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {};
  for (const name of LOG_FIELDS) {
    const value: unknown = fields[name];
    if (typeof value === 'string') kept[name] = value.slice(0, LONGEST_TEXT);
    else if (typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
  }
  return kept;
}
