// Contract §3: causes are worded and filled as Node does. So Node itself is asked what it says of the same peer.

import assert from 'node:assert/strict';
import https from 'node:https';
import { createRequire } from 'node:module';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { certificates } from './support/service.mjs';
import { show } from './support/show.mjs';

const require = createRequire(import.meta.url);
const { Agent } = require('../..');
const { certificateAuthority, serverCertificate } = require('../../simulator/lib/certificates.js');
const DAY = 24 * 3600 * 1000;

let ca;
const servers = [];

/** host:port of a peer. @param {object|Function} peer TLS options, or what to do with a TCP socket */
async function listen(peer) {
  const server =
    typeof peer === 'function' ? net.createServer(peer) : https.createServer(peer, (_, answer) => answer.end());
  servers.push(server.on('tlsClientError', () => {}));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `localhost:${server.address().port}`;
}

before(async () => {
  const { authority } = await certificates();
  ca = authority.cert;
});
after(() => servers.forEach((server) => server.close()));

const nodeSays = (host, options) =>
  new Promise((resolve, reject) => {
    const call = https.get(`https://${host}/api/account/777/service/baseURI.json`, { agent: false, ...options });
    call.on('error', resolve).on('response', () => reject(new Error('Node has nothing to complain of')));
  });

const weSay = (host, options) =>
  new Promise((resolve) => {
    const agent = new Agent({ accountId: '777', token: 't', csdsDomain: host, ...options });
    agent.once('error', (...args) => {
      agent.dispose();
      resolve(args);
    });
  });

/** What Node has besides where TLS was cut short: its options, null and undefined. */
const besides = new Set(['path', 'localAddress']);

/** A certificate is itself where Node has it, if it has the same fingerprint. */
function shown(cause) {
  const names = Object.keys(cause).filter((name) => !besides.has(name));
  const fields = names.map((name) => `${name}: ${show(name === 'cert' ? cause.cert.fingerprint256 : cause[name])}`);
  return [cause.constructor.name, cause.name, cause.message, ...fields];
}

const PEERS = {
  'nobody listens': () => '127.0.0.1:1',
  'no such host': () => 'no-such-host.invalid',
  'a certificate for another host': async () =>
    listen(await serverCertificate(await certificateAuthority(), ['elsewhere.test', '10.0.0.1'])),
  'a certificate for another host, asked for by address': async () =>
    (
      await listen(await serverCertificate(await certificateAuthority(), ['elsewhere.test', '10.0.0.1', '::1']))
    ).replace('localhost', '127.0.0.1'),
  'a certificate for another host, asked for by address, with names only': async () =>
    (await listen(await serverCertificate(await certificateAuthority(), ['elsewhere.test']))).replace(
      'localhost',
      '127.0.0.1',
    ),
  'an expired certificate': async () =>
    listen(
      await serverCertificate(await certificateAuthority(), ['localhost'], {
        notAfter: new Date(Date.now() - DAY / 2),
      }),
    ),
  'a certificate of the future': async () =>
    listen(
      await serverCertificate(await certificateAuthority(), ['localhost'], {
        notBefore: new Date(Date.now() + DAY),
        notAfter: new Date(Date.now() + 2 * DAY),
      }),
    ),
  'reset in the middle of TLS': () => listen((socket) => socket.once('data', () => socket.resetAndDestroy())),
  'cut in the middle of TLS': () => listen((socket) => socket.once('data', () => socket.end())),
};

describe('causes, as Node tells them', () => {
  for (const [row, peer] of Object.entries(PEERS)) {
    it(row, { timeout: 20_000 }, async () => {
      const host = await peer();
      const theirs = await nodeSays(host, { ca });
      const [ours, context] = await weSay(host, { ca });
      assert.deepEqual(shown(ours.error), shown(theirs));
      assert.equal(ours.message, `Error on CSDS request: ${theirs.message}`);
      assert.deepEqual([ours.code, ours.service, context], [null, 'domainNames', { location: 'Connect#CSDS' }]);
    });
  }

  it('a certificate that nobody we trust has signed', async () => {
    const { certificate } = await certificates();
    const host = await listen(certificate);
    const [theirs, [ours]] = [await nodeSays(host, {}), await weSay(host, {})];
    assert.deepEqual(shown(ours.error), shown(theirs));
  });
});
