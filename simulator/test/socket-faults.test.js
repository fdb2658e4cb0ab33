'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');

const { conversing, setup } = require('../test-support/setup');

const look = (client) => client.call('GET', client.account('service/baseURI.json?version=1.0'));

test('connections are refused, and accepted again on the same port', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  simulator.refuses();
  await assert.rejects(look(client), { code: 'ECONNREFUSED' });
  assert.strictEqual((await socket.request('.GetClock', {})).code, 200);
  await simulator.listens();
  assert.strictEqual((await look(client)).status, 200);
});

test('an upgrade is refused with a status, cut, garbled or late', async (t) => {
  const { simulator, client } = await setup(t);
  const { bearer } = (await client.login()).body;
  for (const status of [401, 403, 429, 500, 502]) {
    simulator.fails('upgrade', { status, times: 1 });
    assert.strictEqual(await client.refused(bearer), `Unexpected server response: ${status}`);
  }
  simulator.fails('upgrade', { cut: true, times: 1 });
  assert.strictEqual(await client.refused(bearer), 'socket hang up');
  simulator.fails('upgrade', { raw: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n', times: 1 });
  assert.match(await client.refused(bearer), /hang up|Invalid|101/i);
  simulator.fails('upgrade', { late: 60_000, times: 1 });
  const opening = client.open(bearer);
  await simulator.waitFor('the upgrade', ({ outcome }) => outcome === 'pending');
  simulator.clock.advance(60_000);
  assert.strictEqual((await (await opening).request('.GetClock', {})).code, 200);
});

test('an upgrade that never ends', async (t) => {
  const { simulator, client } = await setup(t);
  const { bearer } = (await client.login()).body;
  simulator.fails('upgrade', { hang: true });
  const refused = client.refused(bearer);
  await simulator.waitFor('the upgrade', ({ outcome }) => outcome === 'hang');
  await simulator.close();
  assert.match(await refused, /hang up|ECONNRESET/);
});

test('accepted and closed right away, or at the first request, with any code', async (t) => {
  const { simulator, client } = await setup(t);
  const { bearer } = (await client.login()).body;
  for (const [closes, expected] of [
    [1000, 1000],
    [1006, 1006],
    [1011, 1011],
    [4401, 4401],
    [4407, 4407],
  ]) {
    simulator.fails('upgrade', { closes, reason: 'no', times: 1 });
    const closed = await (await client.open(bearer)).closed;
    assert.strictEqual(closed.code, expected);
    simulator.fails('request', { closes, times: 1, before: true });
    const socket = await client.open(bearer);
    socket.send('.GetClock', {});
    assert.strictEqual((await socket.closed).code, expected);
    assert.deepStrictEqual(socket.rest, []);
  }
});

test('closed after the answer: the request has been carried out', async (t) => {
  const { simulator, socket, conversation } = await conversing(t);
  simulator.fails('request', { closes: 4401, reason: 'token', times: 1 });
  assert.strictEqual((await socket.says(conversation.id, 'last words')).code, 200);
  assert.deepStrictEqual(await socket.closed, { code: 4401, reason: 'token' });
  assert.strictEqual((await conversation.next()).event.message, 'last words');
});

test('a refused request has no effect; one whose answer is lost has', async (t) => {
  const { simulator, socket, conversation } = await conversing(t);
  simulator.fails('request', { code: 500, body: 'oh', times: 1 });
  const refused = await socket.says(conversation.id, 'refused');
  assert.deepStrictEqual([refused.code, refused.body, refused.type], [500, 'oh', '.ReqBody$StringResp']);
  simulator.fails('request', { hang: true, times: 1 });
  const id = socket.send('.ams.ms.PublishEvent', {
    dialogId: conversation.id,
    event: { type: 'ContentEvent', contentType: 'text/plain', message: 'lost answer' },
  });
  assert.strictEqual((await conversation.next()).event.message, 'lost answer');
  await socket.settled();
  assert.ok(!socket.rest.some(({ reqId }) => reqId === id));
});

test('answers come late, doubled, out of order, or to nobody', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  simulator.fails('request', { late: 11_000, times: 1 });
  const late = socket.request('.GetClock', {});
  await socket.request('.GetClock', {});
  simulator.clock.advance(11_000);
  assert.strictEqual((await late).code, 200);
  simulator.fails('request', { doubled: true, times: 1 });
  const { reqId } = await socket.request('.GetClock', {});
  assert.strictEqual((await socket.take('the second answer', (frame) => frame.reqId === reqId)).code, 200);
  simulator.fails('request', { unknown: true, times: 1 });
  const id = socket.send('.GetClock', {});
  await socket.take('an answer to nobody', (frame) => frame.reqId === `unknown-${id}`);
  simulator.fails('request', { reordered: true, times: 1 });
  const [first, second] = [socket.send('.GetClock', {}), socket.send('.GetClock', {})];
  const order = [];
  for (let count = 0; count < 2; count++) {
    order.push((await socket.take('an answer', (frame) => [first, second].includes(frame.reqId))).reqId);
  }
  assert.deepStrictEqual(order, [second, first]);
});

test('an answer may have another type or body', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  simulator.fails('request', { type: '.GetClock', body: { currentTime: 'noon' } });
  assert.deepStrictEqual((await socket.request('.GetClock', {})).body, { currentTime: 'noon' });
});

test('notifications are lost, doubled, late, out of order, followed by the end', async (t) => {
  const { simulator, socket, conversation } = await conversing(t);
  const type = '.ams.ms.OnlineEventDistribution';
  await socket.settled();
  socket.rest.length = 0;
  const heard = async () => {
    await socket.settled();
    const messages = socket.rest.filter((frame) => frame.type === type).map(({ body }) => body.event.message);
    socket.rest.length = 0;
    return messages;
  };
  simulator.fails('notification', { type, lost: true, times: 1 });
  for (const text of ['a', 'b']) conversation.says(text);
  assert.deepStrictEqual(await heard(), ['b']);
  simulator.fails('notification', { type, doubled: true, times: 1 });
  conversation.says('c');
  assert.deepStrictEqual(await heard(), ['c', 'c']);
  simulator.fails('notification', { type, reordered: true, times: 1 });
  simulator.fails('notification', { type: '.ams.aam.ExConversationChangeNotification', lost: true });
  for (const text of ['d', 'e']) conversation.says(text);
  assert.deepStrictEqual(await heard(), ['e', 'd']);
  simulator.fails('notification', { type, late: 1000, times: 1 });
  for (const text of ['f', 'g']) conversation.says(text);
  assert.deepStrictEqual(await heard(), ['g']);
  simulator.clock.advance(1000);
  assert.deepStrictEqual(await heard(), ['f']);
  simulator.fails('notification', { type, closes: 1011, times: 1 });
  conversation.says('h');
  assert.strictEqual((await socket.closed).code, 1011);
});

test('a test pushes any frame: text, binary, fragments, huge, garbage, invalid bytes', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  const connection = await simulator.connection();
  connection.push({ kind: 'notification', type: '.novel', body: {} });
  await socket.take('an unknown notification', ({ type }) => type === '.novel');
  connection.push('{"kind":');
  await socket.take('garbage', ({ text }) => text === '{"kind":');
  connection.push({ binary: Buffer.from('{"kind":"notification","type":".bin"}') });
  assert.strictEqual((await socket.take('binary', ({ type }) => type === '.bin')).isBinary, true);
  connection.push({ parts: ['{"kind":"notifi', 'cation","type":".parts"}'] });
  await socket.take('fragments', ({ type }) => type === '.parts');
  connection.push('x'.repeat(2 ** 21));
  await socket.take('a huge frame', ({ text }) => text.length === 2 ** 21);
  simulator.fails('request', { garbage: 'before the answer', times: 1 });
  await socket.request('.GetClock', {});
  await socket.take('garbage', ({ text }) => text === 'before the answer');
  socket.ws.on('error', () => {});
  connection.writes(Buffer.from([0xff, 0x00]));
  assert.strictEqual((await socket.closed).code, 1006);
});

test('connections are closed with and without a code, and cut', async (t) => {
  const { simulator, client } = await setup(t);
  const { bearer } = (await client.login()).body;
  for (const [end, expected] of [
    [(one) => one.closes(4407, 'renew'), { code: 4407, reason: 'renew' }],
    [(one) => one.closes(), { code: 1005, reason: '' }],
    [(one) => one.cuts(), { code: 1006, reason: '' }],
  ]) {
    const socket = await client.open(bearer);
    end(await simulator.connection());
    assert.deepStrictEqual(await socket.closed, expected);
  }
  assert.deepStrictEqual(simulator.connections.at(-1).end.code, 1006);
});

test('a half-open connection answers neither requests nor pings, until it resumes', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  const other = await client.signIn({ username: 'other', password: 'x' });
  const [connection] = simulator.connections;
  connection.stalls();
  let pongs = 0;
  socket.ws.on('pong', () => pongs++);
  socket.ws.ping();
  socket.send('.GetClock', {});
  connection.push({ kind: 'notification', type: '.lost', body: {} });
  await other.settled();
  assert.deepStrictEqual([socket.rest, pongs, socket.ws.readyState], [[], 0, 1]);
  const pong = once(socket.ws, 'pong');
  connection.resumes();
  await pong;
  assert.ok(await socket.take('the answer', ({ kind }) => kind === 'resp'));
  assert.ok(!socket.rest.some(({ type }) => type === '.lost'));
});

test('a socket goes half-open by itself, on opening or at a request', async (t) => {
  const { simulator, client } = await setup(t);
  const { bearer } = (await client.login()).body;
  const other = await client.signIn({ username: 'other', password: 'x' });
  for (const step of ['upgrade', 'request']) {
    const stalling = simulator.fails(step, { stalls: true, times: 1 });
    const socket = await client.open(bearer);
    if (step === 'request') assert.strictEqual((await socket.request('.GetClock', {})).code, 200);
    assert.strictEqual(stalling.count, 1);
    socket.send('.GetClock', {});
    await other.settled();
    assert.deepStrictEqual([socket.rest, socket.ws.readyState], [[], 1]);
  }
});

test('codes that RFC 6455 reserves are sent all the same', async (t) => {
  const { simulator, client } = await setup(t);
  const socket = await client.signIn();
  const failed = once(socket.ws, 'error');
  (await simulator.connection()).closes(1004);
  assert.match((await failed)[0].message, /invalid status code 1004/);
});

test('a revoked token: as 4401, as 1006, as 401 to requests, or unnoticed', async (t) => {
  const { simulator, client } = await setup(t);
  for (const closes of [4401, 1006]) {
    const socket = await client.signIn();
    (await simulator.connection()).losesToken({ closes });
    assert.strictEqual((await socket.closed).code, closes);
    assert.strictEqual(await client.refused(socket.me.bearer), 'Unexpected server response: 401');
  }
  const agent = simulator.agent({ username: 'registered', password: 'x' });
  const socket = await client.signIn({ username: 'registered', password: 'x' });
  agent.losesToken();
  assert.strictEqual((await socket.request('.GetClock', {})).code, 200);
  agent.losesToken({ answers: 401 });
  assert.strictEqual((await socket.request('.GetClock', {})).code, 401);
});
