// ServerFeatures and Gossip: which methods there are, and which nodes. Both answer callers without a name.
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { Method } from '../cluster/faults.ts';
import { failures, type Failure, toStatus } from '../protocol/failures.ts';
import { features, gossip, shared } from '../protocol/generated.ts';
import { carryOut } from './exchange.ts';
import type { Member, NodeContext, NodeState } from './node-context.ts';

type Empty = InstanceType<typeof shared.Empty>;
type SupportedMethods = InstanceType<typeof features.SupportedMethods>;
type ClusterInfo = InstanceType<typeof gossip.ClusterInfo>;

const STREAMS = 'event_store.client.streams.streams';
const METHODS: readonly (readonly [service: string, method: string, ...features: string[]])[] = [
  [STREAMS, 'read', 'position', 'events'],
  [STREAMS, 'append'],
  [STREAMS, 'delete'],
  [STREAMS, 'tombstone'],
  [STREAMS, 'batchappend', 'deadline_duration'],
  ['event_store.client.gossip.gossip', 'read'],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods'],
];

export function featuresService(node: NodeContext) {
  return (call: ServerUnaryCall<Empty, SupportedMethods>, callback: sendUnaryData<SupportedMethods>): void =>
    answer(node, 'features', call, callback, () => {
      const supported = new features.SupportedMethods().setEventStoreServerVersion(node.version);
      for (const [service, method, ...names] of METHODS) {
        const entry = new features.SupportedMethod();
        supported.addMethods(entry.setServiceName(service).setMethodName(method).setFeaturesList(names));
      }
      return supported;
    });
}

export function gossipService(node: NodeContext) {
  return (call: ServerUnaryCall<Empty, ClusterInfo>, callback: sendUnaryData<ClusterInfo>): void =>
    answer(node, 'gossip', call, callback, () => {
      const info = new gossip.ClusterInfo();
      return info.setMembersList(node.members().map(toMemberInfo));
    });
}

function answer<Response>(
  node: NodeContext,
  method: Extract<Method, 'features' | 'gossip'>,
  call: ServerUnaryCall<Empty, Response>,
  callback: sendUnaryData<Response>,
  response: () => Response,
): void {
  const entry = node.journal.begin(method);
  call.on('cancelled', () => entry.end('cancelled'));
  const fail = (failure: Failure) => callback(toStatus(failure));
  const exchange = { entry, fail, end: () => fail(failures.unknown()), drop: () => node.drop(call.getPeer()) };
  const fault = node.faults.forCall({ method, node: node.index });
  if (!node.access.authenticate(call.metadata)) carryOut(fault, exchange, failures.unauthenticated, fail);
  else carryOut(fault, exchange, response, (message) => callback(null, message));
}

const STATES: Readonly<Record<NodeState, keyof typeof gossip.MemberInfo.VNodeState>> = {
  leader: 'LEADER',
  follower: 'FOLLOWER',
  unknown: 'UNKNOWN',
};

function toMemberInfo({ id, address, port, state, alive }: Member): InstanceType<typeof gossip.MemberInfo> {
  return new gossip.MemberInfo()
    .setInstanceId(new shared.UUID().setString(id))
    .setTimeStamp(String(BigInt(Date.now()) * 10_000n))
    .setState(gossip.MemberInfo.VNodeState[STATES[state]])
    .setIsAlive(alive)
    .setHttpEndPoint(new gossip.EndPoint().setAddress(address).setPort(port));
}
