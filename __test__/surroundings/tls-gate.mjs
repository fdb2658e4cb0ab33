// A TLS server before the simulator that demands client certificates. LivePerson does not; a brand's own gateway may.

import { once } from 'node:events';
import { createRequire } from 'node:module';
import tls from 'node:tls';

const simulatorRequire = createRequire(createRequire(import.meta.url).resolve('node-agent-sdk-simulator'));
const { certificateAuthority, serverCertificate } = simulatorRequire('./lib/certificates');
const selfsigned = simulatorRequire('selfsigned');

const EC = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' };

/** @returns {Promise<{ cert: string, key: string }>} a client certificate of the simulator's authority; self-signed: of none */
export async function clientCertificate({ selfSigned = false, ...key } = {}) {
  const extensions = [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', clientAuth: true },
  ];
  const options = { ...EC, ...key, extensions, ca: selfSigned ? undefined : await certificateAuthority() };
  const made = await selfsigned.generate([{ name: 'commonName', value: 'ada the bot' }], options);
  return { cert: made.cert, key: made.private };
}

/**
 * @param {object} t the test, with which the gate ends
 * @param {Simulator} simulator
 * @param {string} [trusted] a certificate that is trusted besides the simulator's authority
 * @returns {Promise<{ options: object, names: string[] }>} options: which lead a bot through the gate; names: of the clients
 *   that it has let through, one for each connection
 */
export async function startGate(t, simulator, trusted = '') {
  const { cert: ca } = await certificateAuthority();
  const own = await serverCertificate(await certificateAuthority(), ['localhost', '127.0.0.1']);
  const names = [];
  const sockets = new Set();
  const gate = tls.createServer(
    { ...own, ca: [ca, trusted], requestCert: true, rejectUnauthorized: true },
    (client) => {
      names.push(client.getPeerCertificate().subject.CN);
      const server = tls.connect({ port: simulator.port, host: '127.0.0.1', servername: 'localhost', ca });
      for (const socket of [client, server]) sockets.add(socket.on('error', () => {}));
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
      server.pipe(client).pipe(server);
    },
  );
  gate.on('tlsClientError', () => {});
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => gate.close(resolve));
  });
  const host = `localhost:${gate.address().port}`;
  const domains = { agentVep: host, facadeMsg: host };
  return { names, options: simulator.options({ csdsDomain: host, domains }) };
}
