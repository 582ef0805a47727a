// The certificate of the simulated nodes, for 127.0.0.1 and localhost, and the authority that signed it. Both are for
// tests alone; the authority's key was thrown away.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServerCredentials } from '@grpc/grpc-js';

const file = (name: string) => fileURLToPath(new URL(`../certificates/${name}`, import.meta.url));

/** For a client's tlsCAFile. */
export const certificateAuthorityFile = file('authority.crt');

/** Of the nodes, for another server that shall speak TLS. */
export const nodeCertificate = { certificateFile: file('node.crt'), keyFile: file('node.key') };

export function secureCredentials(): ServerCredentials {
  return ServerCredentials.createSsl(null, [
    { private_key: readFileSync(nodeCertificate.keyFile), cert_chain: readFileSync(nodeCertificate.certificateFile) },
  ]);
}
