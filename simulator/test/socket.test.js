'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');

const { setup } = require('../test-support/setup');

test('a brand socket opens with v=2 and v=2.1 and any further parameters', async (t) => {
  const { simulator, client } = await setup(t);
  const { bearer } = (await client.login()).body;
  for (const query of ['?v=2', '?v=2.1', '?v=2.1&intid=na-sdk-js&intvn=2.0.2&appId=unknown']) {
    assert.ok(await client.open(bearer, { query }));
  }
  assert.deepStrictEqual(
    simulator.connections.map(({ version }) => version),
    ['2', '2.1', '2.1'],
  );
});

test('the bearer may come in the Authorization header', async (t) => {
  const { client } = await setup(t);
  const { bearer } = (await client.login()).body;
  const path = `/ws_api/account/${client.accountId}/messaging/brand?v=2`;
  assert.ok(await client.open(undefined, { path, headers: { authorization: `jwt ${bearer}` } }));
});

test('a bad bearer is refused with 401, so is one of another account', async (t) => {
  const { simulator, client } = await setup(t);
  assert.strictEqual(await client.refused('bad'), 'Unexpected server response: 401');
  simulator.agent({ accountId: '999', token: 'elsewhere' });
  assert.strictEqual(await client.refused('elsewhere'), 'Unexpected server response: 401');
});

test('no compression is agreed to', async (t) => {
  const { client } = await setup(t);
  const { ws } = await client.signIn();
  assert.strictEqual(ws.extensions, '');
});

test('a ping is answered with its pong', async (t) => {
  const { simulator, client } = await setup(t);
  const { ws } = await client.signIn();
  ws.ping('are you there');
  const [payload] = await once(ws, 'pong');
  assert.strictEqual(payload.toString(), 'are you there');
  await simulator.waitFor('the ping in the log', ({ kind }) => kind === 'ping');
});

test('ids are echoed as text, also those that came as numbers', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  const answer = await socket.request('.GetClock', {}, { id: 4 });
  assert.strictEqual(answer.reqId, '4');
  assert.deepStrictEqual(Object.keys(answer).sort(), ['body', 'code', 'isBinary', 'kind', 'reqId', 'text', 'type']);
});

test('ids have 1 to 64 characters', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  assert.strictEqual((await socket.request('.GetClock', {}, { id: 'x'.repeat(64) })).code, 200);
  assert.strictEqual((await socket.request('.GetClock', {}, { id: 'x'.repeat(65) })).code, 400);
});

test('an unknown type, bad JSON and a frame that is no request are 400 with a text', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  const unknown = await socket.request('.ams.no.SuchThing', {});
  assert.deepStrictEqual([unknown.code, unknown.type, typeof unknown.body], [400, '.ReqBody$StringResp', 'string']);
  for (const text of ['{"kind":"req"', '17', '{"kind":"resp","id":"1"}']) {
    socket.ws.send(text);
    const { code, type } = await socket.take('answer', ({ kind }) => kind === 'resp');
    assert.deepStrictEqual([code, type], [400, '.ReqBody$StringResp']);
  }
});

test('binary frames are read as text', async (t) => {
  const { client } = await setup(t);
  const socket = await client.signIn();
  socket.ws.send(Buffer.from('{"kind":"req","id":"b","type":".GetClock","body":{}}'));
  assert.strictEqual((await socket.take('answer', ({ reqId }) => reqId === 'b')).code, 200);
});

test('a silent socket is dropped, one that pings is not', async (t) => {
  const { simulator, client } = await setup(t, { socketIdle: 300 });
  const silent = await client.signIn({ username: 'silent', password: 'x' });
  const lively = await client.signIn({ username: 'lively', password: 'x' });
  const pinging = setInterval(() => lively.ws.ping(), 50);
  t.after(() => clearInterval(pinging));
  assert.strictEqual((await silent.closed).code, 1006);
  assert.ok(simulator.connections[1].isOpen);
});

test("a client's close code reaches the log, and its subscriptions and ONLINE state end", async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  await socket.goesOnline();
  socket.ws.close(1000, 'done');
  const entry = await simulator.waitFor('the close', ({ kind }) => kind === 'closed');
  assert.deepStrictEqual([entry.code, entry.reason], [1000, 'done']);
  const next = await client.signIn();
  await next.request('.ams.routing.SubscribeAgentsState', {});
  const { changes } = await next.notification('AgentStateNotification');
  assert.strictEqual(changes[0].result.availability, 'OFFLINE');
});

test('keepAgentState leaves an agent ONLINE without a socket', async (t) => {
  const { simulator, client } = await setup(t, { keepAgentState: true });
  const socket = await client.signIn();
  await socket.goesOnline();
  socket.ws.close(1000);
  await simulator.waitFor('the close', ({ kind }) => kind === 'closed');
  const next = await client.signIn();
  await next.request('.ams.routing.SubscribeAgentsState', {});
  const { changes } = await next.notification('AgentStateNotification');
  assert.strictEqual(changes[0].result.availability, 'ONLINE');
});
