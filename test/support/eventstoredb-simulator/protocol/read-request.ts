// What a reader asks for, out of the many options of a read.
import { streams } from './generated.ts';

type ReadReq = InstanceType<typeof streams.ReadReq>;
type Options = InstanceType<typeof streams.ReadReq.Options>;
type Position = InstanceType<typeof streams.ReadReq.Options.Position>;
type FilterOptions = InstanceType<typeof streams.ReadReq.Options.FilterOptions>;

export interface Filter {
  readonly matches: (event: { readonly type: string; readonly stream: string }) => boolean;
  /** After how many events that were looked at a checkpoint is due. */
  readonly checkpointInterval: number;
}

export interface ReadRequest {
  /** undefined for $all. */
  readonly stream: string | undefined;
  /** A revision in a stream, a commit position in $all. */
  readonly from: number | 'start' | 'end';
  /** Of a subscription to $all: false where the prepare position lies before the event at `from`, which is sent then. */
  readonly behindFrom: boolean;
  readonly backwards: boolean;
  /** undefined for a subscription. */
  readonly count: number | undefined;
  readonly filter: Filter | undefined;
}

/** How many events the server looks at in one go, unless the reader says otherwise. */
const READ_BATCH_SIZE = 32;

export function parseReadRequest(request: ReadReq): ReadRequest {
  const options = request.getOptions();
  if (!options) throw new Error('A read without options.');
  return {
    stream: options.hasStream() ? nameOf(options) : undefined,
    from: options.hasStream() ? revisionOf(options) : positionOf(options),
    behindFrom: !isBefore(options.getAll()?.getPosition()),
    backwards: options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS,
    count: options.hasSubscription() ? undefined : Number(options.getCount()),
    filter: filterOf(options.getFilter()),
  };
}

function nameOf(options: Options): string {
  return Buffer.from(options.getStream()?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
}

function revisionOf(options: Options): ReadRequest['from'] {
  const stream = options.getStream();
  if (stream?.hasRevision()) return Number(stream.getRevision());
  return stream?.hasEnd() ? 'end' : 'start';
}

function positionOf(options: Options): ReadRequest['from'] {
  const all = options.getAll();
  if (all?.hasPosition()) return Number(all.getPosition()?.getCommitPosition());
  return all?.hasEnd() ? 'end' : 'start';
}

function isBefore(position: Position | undefined): boolean {
  return position !== undefined && BigInt(position.getPreparePosition()) < BigInt(position.getCommitPosition());
}

function filterOf(options: FilterOptions | undefined): Filter | undefined {
  if (!options) return undefined;
  const byStream = options.hasStreamIdentifier();
  const expression = byStream ? options.getStreamIdentifier() : options.getEventType();
  const regex = expression?.getRegex();
  const pattern = regex ? new RegExp(regex) : undefined;
  const prefixes = expression?.getPrefixList() ?? [];
  const matches = (text: string) => (pattern ? pattern.test(text) : prefixes.some((prefix) => text.startsWith(prefix)));
  const window = options.hasMax() ? options.getMax() : READ_BATCH_SIZE;
  return {
    matches: (event) => matches(byStream ? event.stream : event.type),
    checkpointInterval: window * options.getCheckpointintervalmultiplier(),
  };
}
