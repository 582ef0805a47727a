// The generated service definitions, changed in one thing: an answer that is encoded already is sent as it is.
import type { ServiceDefinition } from '@grpc/grpc-js';
import { featuresService, gossipService, streamsService } from './generated.ts';

interface Encodable {
  serializeBinary(): Uint8Array;
}

function encode(message: Encodable | Uint8Array): Buffer {
  const bytes = 'serializeBinary' in message ? message.serializeBinary() : message;
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
}

function sendingEncoded(definition: ServiceDefinition): ServiceDefinition {
  const methods = Object.entries(definition).map(([name, method]) => [name, { ...method, responseSerialize: encode }]);
  return Object.fromEntries(methods) as ServiceDefinition;
}

export const streamsDefinition = sendingEncoded(streamsService.StreamsService);
export const featuresDefinition = sendingEncoded(featuresService.ServerFeaturesService);
export const gossipDefinition = sendingEncoded(gossipService.GossipService);
