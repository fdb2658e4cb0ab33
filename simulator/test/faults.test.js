'use strict';

const assert = require('node:assert');
const net = require('node:net');
const { once } = require('node:events');
const { test } = require('node:test');

const { conversing, setup } = require('../test-support/setup');

const look = (client) => client.call('GET', client.account('service/baseURI.json?version=1.0'));

test('each HTTP step fails with any status, as often as said, with the body of its kind', async (t) => {
  const { simulator, client } = await setup(t);
  for (const status of [400, 401, 403, 429, 451, 502]) {
    simulator.fails('login', { status, times: 1 });
    const answer = await client.login();
    assert.strictEqual(answer.status, status);
    assert.strictEqual(typeof answer.body.error, 'object');
  }
  const failing = simulator.fails('login', { status: 500 });
  assert.match((await client.login()).body.error, /^LeLogin1 failed - /);
  assert.strictEqual((await client.login()).status, 500);
  assert.strictEqual(failing.count, 2);
  failing.ends();
  assert.strictEqual((await client.login()).status, 200);
  simulator.fails('csds', { status: 401 });
  assert.strictEqual((await look(client)).status, 401);
  simulator.recovers();
  assert.strictEqual((await look(client)).status, 200);
});

test('a refused login is no login: the earlier bearer lives on', async (t) => {
  const { simulator, client } = await setup(t);
  const { bearer } = (await client.login()).body;
  simulator.fails('login', { status: 500 });
  await client.login();
  assert.ok(await client.open(bearer));
});

test('an answer may have another body, status text or headers, or come late, cut short, or not at all', async (t) => {
  const { simulator, client } = await setup(t);
  simulator.fails('csds', { body: { baseURIs: [] }, times: 1 });
  assert.deepStrictEqual((await look(client)).body, { baseURIs: [] });
  simulator.fails('login', {
    body: ({ config, ...rest }) => ({ ...rest, config: { loginName: config.loginName } }),
    times: 1,
  });
  assert.deepStrictEqual((await client.login()).body.config, { loginName: 'bot' });
  simulator.fails('login', { body: { error: { message: 'no', internalCode: 7 } }, times: 1 });
  assert.deepStrictEqual((await client.login()).body, { error: { message: 'no', internalCode: 7 } });
  simulator.fails('refresh', {
    status: 302,
    statusText: 'Elsewhere',
    headers: { location: '/x' },
    body: 'not json',
    times: 1,
  });
  const moved = await client.session('refresh', await client.login());
  assert.deepStrictEqual(
    [moved.status, moved.statusMessage, moved.headers.location, moved.text],
    [302, 'Elsewhere', '/x', 'not json'],
  );
  simulator.fails('csds', { truncate: true, times: 1 });
  await assert.rejects(look(client), { code: 'ECONNRESET' });
  simulator.fails('csds', { cut: true, times: 1 });
  await assert.rejects(look(client), { code: 'ECONNRESET' });
  simulator.fails('csds', { late: 3_600_000, times: 1 });
  const late = look(client);
  await simulator.waitFor('the call', ({ outcome }) => outcome === 'late');
  simulator.clock.advance(3_600_000);
  assert.strictEqual((await late).status, 200);
  simulator.fails('csds', { hang: true, times: 1 });
  const hanging = look(client);
  hanging.catch(() => {});
  await simulator.waitFor('the call', ({ outcome }) => outcome === 'hang');
  await simulator.close();
  await assert.rejects(hanging, /ECONNRESET|socket hang up/);
});

test('faults choose their calls: skip, when, type', async (t) => {
  const { simulator, client } = await setup(t);
  simulator.fails('login', { status: 503, skip: 1, times: 1 });
  const states = [];
  for (let call = 0; call < 3; call++) states.push((await client.login()).status);
  assert.deepStrictEqual(states, [200, 503, 200]);
  simulator.fails('login', { status: 401, when: ({ body }) => body.username === 'mallory' });
  assert.strictEqual((await client.login()).status, 200);
  assert.strictEqual((await client.login({ username: 'mallory', password: 'x' })).status, 401);
  const socket = await client.signIn();
  simulator.fails('request', { code: 429, type: '.GetClock' });
  assert.strictEqual((await socket.request('.GetClock', {})).code, 429);
  assert.strictEqual((await socket.request('.ams.userprofile.GetUserProfile', {})).code, 200);
});

test('a handler decides at each call', async (t) => {
  const { simulator, client } = await setup(t);
  const seen = [];
  const handle = simulator.on('login', ({ account, body }) => {
    seen.push([account, body.username]);
    return seen.length === 2 ? { status: 429 } : undefined;
  });
  assert.deepStrictEqual([(await client.login()).status, (await client.login()).status], [200, 429]);
  assert.deepStrictEqual(seen[0], [client.accountId, 'bot']);
  assert.strictEqual(handle.count, 1);
});

test('mistakes in a fault are told', async (t) => {
  const { simulator } = await setup(t);
  assert.throws(() => simulator.on('breakfast', () => undefined), /There is no step "breakfast"/);
  assert.throws(() => simulator.fails('breakfast', {}), /There is no step "breakfast"; there are csds, login/);
  assert.throws(
    () => simulator.fails('login', { code: 1 }),
    /A fault at "login" has no field "code"; it may have status/,
  );
});

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

test('chaos is the same for the same seed, and ends', async (t) => {
  const misfortunes = { login: [{ status: 500 }, { status: 429 }], csds: [{ status: 503 }] };
  const runs = [];
  for (const seed of [7, 7, 8]) {
    const { simulator, client } = await setup(t);
    const chaos = simulator.chaos({ seed, rate: 0.5, misfortunes });
    const states = [];
    for (let call = 0; call < 12; call++) {
      states.push((await client.login()).status);
      // Calls of another step in between do not matter.
      if (seed === 7 && runs.length === 1) await look(client);
    }
    assert.strictEqual(
      chaos.deeds.filter(({ step }) => step === 'login').length,
      states.filter((one) => one > 200).length,
    );
    chaos.ends();
    assert.strictEqual((await client.login()).status, 200);
    runs.push(states.join());
  }
  assert.strictEqual(runs[0], runs[1]);
  assert.notStrictEqual(runs[0], runs[2]);
});

test('with the usual misfortunes a stubborn client still gets through', async (t) => {
  const { simulator, client } = await setup(t);
  simulator.chaos({ seed: 3, rate: 0.3 });
  let answered = 0;
  for (let attempt = 0; attempt < 40 && answered < 5; attempt++) {
    try {
      const { body } = await client.login();
      const socket = await client.open(body.bearer);
      socket.ws.on('error', () => {});
      const answer = socket.request('.GetClock', {});
      answer.catch(() => {});
      const ended = socket.closed.then(() => undefined);
      // The pong comes behind an answer that is neither lost nor late.
      const probe = once(socket.ws, 'pong').then(() => undefined);
      socket.ws.ping();
      const first = await Promise.race([answer, ended, probe]);
      if (first?.code === 200) answered++;
      socket.ws.terminate();
    } catch {
      // That is what chaos is about: try again.
    }
  }
  assert.strictEqual(answered, 5);
});

test('strangers who speak no TLS, or ask for nonsense, do no harm', async (t) => {
  const { simulator, client } = await setup(t);
  const stranger = net.connect(simulator.port, '127.0.0.1');
  stranger.on('error', () => {});
  stranger.write('GET / HTTP/1.0\r\n\r\n');
  await once(stranger, 'close');
  for (const path of ['//', '/%', '/api/account/%/login']) assert.ok((await client.call('POST', path)).status >= 400);
  assert.match(await client.refused('x', { path: '/ws_api/account/1/messaging/brand/%' }), /response: 401/);
  assert.strictEqual((await look(client)).status, 200);
});
