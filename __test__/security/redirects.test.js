'use strict';

// Nobody but the hosts that the bot and the domain service name hears of a credential.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const https = require('node:https');
const { test } = require('node:test');

const { bot, called, start } = require('../support/kit');
const { plain } = require('../support/servers');
const { certificateAuthority, serverCertificate } = require('../../simulator/lib/certificates');

/** A host that has no business with the session, and all that it hears. */
async function eavesdropper(t, make) {
  const heard = [];
  const server = make((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      heard.push({ method: request.method, url: request.url, headers: request.headers, body });
      response.end('{"baseURIs":[]}');
    });
  });
  server.on('upgrade', (request, socket) => {
    heard.push({ method: request.method, url: request.url, headers: request.headers });
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { heard, port: server.address().port };
}

async function stranger(t) {
  const certificate = await serverCertificate(await certificateAuthority(), ['localhost']);
  return eavesdropper(t, (listener) => https.createServer(certificate, listener));
}

const redirect = (port, path, scheme = 'https') => ({
  status: 307,
  statusText: 'Temporary Redirect',
  headers: { location: `${scheme}://localhost:${port}${path}` },
});

test('a login that is redirected is an error, and its target hears nothing', async (t) => {
  const simulator = await start(t);
  const { heard: overheard, port } = await stranger(t);
  simulator.fails('login', redirect(port, '/api/account/1/login'));
  const { heard } = bot(t, simulator.options({ rejectUnauthorized: false }));
  const [error] = await heard.the('error');
  assert.deepEqual([error.message, error.code], ['Error on AgentVEP login: Temporary Redirect', 307]);
  assert.deepEqual(overheard, []);
});

test('so is a refresh', async (t) => {
  const simulator = await start(t);
  const { heard: overheard, port } = await stranger(t);
  const { agent, heard } = bot(t, simulator.options({ rejectUnauthorized: false }));
  await heard.the('connected');
  simulator.fails('refresh', redirect(port, '/api/account/1/refresh'));
  const [error] = await called((callback) => agent.refreshSession(callback));
  assert.equal(error.code, 307);
  assert.deepEqual(overheard, []);
});

test('so is an upgrade, whose headers are the bot’s', async (t) => {
  const simulator = await start(t);
  const { heard: overheard, port } = await stranger(t);
  simulator.fails('upgrade', redirect(port, '/ws_api'));
  const headers = { authorization: 'for the service alone' };
  const { heard } = bot(t, simulator.options({ rejectUnauthorized: false, headers }));
  const [error] = await heard.the('error');
  assert.equal(error.message, 'Error on WS connection: Unexpected server response: 307');
  assert.deepEqual(overheard, []);
});

test('a look-up follows a redirect, and carries nothing secret along', async (t) => {
  const simulator = await start(t);
  const { heard: overheard, port } = await stranger(t);
  const { agent, heard } = bot(t, simulator.options({ rejectUnauthorized: false, stdTTL: 0.001 }));
  await heard.the('connected');
  simulator.fails('csds', redirect(port, '/elsewhere/baseURI.json'));
  agent.reconnect();
  await heard.the('error');
  assert.equal(overheard.length, 1);
  const [{ method, headers, body }] = overheard;
  assert.deepEqual([method, body, headers.cookie, headers.authorization], ['GET', '', undefined, undefined]);
});

test('a look-up does not follow a redirect to plain HTTP', async (t) => {
  const simulator = await start(t);
  const { heard: overheard, port } = await eavesdropper(t, (listener) => http.createServer(listener));
  simulator.fails('csds', redirect(port, '/api/account/1/service/baseURI.json', 'http'));
  const { heard } = bot(t, simulator.options());
  const [error] = await heard.the('error');
  assert.deepEqual([error.message, error.code], ['Error on CSDS request: Temporary Redirect', 307]);
  assert.deepEqual(overheard, []);
});

test('a server that speaks plain HTTP is told nothing, at each step', async (t) => {
  const simulator = await start(t);
  for (const step of ['csdsDomain', 'agentVep', 'facadeMsg']) {
    const said = [];
    const port = await plain(t, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}', (bytes) => said.push(bytes));
    const host = `localhost:${port}`;
    const conf = step === 'csdsDomain' ? { csdsDomain: host } : { domains: { [step]: host } };
    const { heard } = bot(
      t,
      simulator.options({ ...conf, password: 'recognisable', headers: { authorization: 'so is this' } }),
    );
    const [error] = await heard.the('error');
    assert.equal(error.error.code, 'EPROTO');
    const text = Buffer.concat(said).toString('latin1');
    assert.ok(!text.startsWith('GET') && !text.startsWith('POST'), step);
    assert.ok(!text.includes('recognisable') && !text.includes('so is this'), step);
  }
});

test('a host that the service names with a scheme, a user or a path does not lead elsewhere', async (t) => {
  const simulator = await start(t);
  const { heard: overheard, port } = await eavesdropper(t, (listener) => http.createServer(listener));
  for (const host of [`http://localhost:${port}`, `//localhost:${port}`]) {
    const { heard } = bot(t, simulator.options({ domains: { agentVep: host } }));
    await heard.the('error');
  }
  assert.deepEqual(overheard, []);
});
