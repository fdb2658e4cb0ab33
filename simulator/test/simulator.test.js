'use strict';

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const https = require('node:https');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { promisify } = require('node:util');

const { Simulator } = require('..');
const { Client } = require('../test-support/client');
const { conversing, setup } = require('../test-support/setup');

test('the options for a bot, with what is laid over them', async (t) => {
  const { simulator } = await setup(t, { accountId: 42 });
  const { ca, ...rest } = simulator.options({ apiVersion: 2 });
  assert.match(ca, /^-----BEGIN CERTIFICATE-----/);
  const csdsDomain = `localhost:${simulator.port}`;
  assert.deepStrictEqual(rest, { accountId: '42', username: 'bot', password: 'secret', csdsDomain, apiVersion: 2 });
  const agent = simulator.agent({ username: 'saml', assertion: 'abc' });
  assert.deepStrictEqual(Object.keys(agent.options()), ['accountId', 'assertion', 'csdsDomain', 'ca']);
});

test('the certificate is valid for all its names and addresses', async (t) => {
  const { simulator } = await setup(t, { hosts: { agentVep: 'vep.example.test' } });
  const status = (servername) =>
    new Promise((resolve, reject) => {
      const { port, ca } = simulator;
      const options = { host: '127.0.0.1', port, ca, servername, agent: false, path: '/', rejectUnauthorized: true };
      https.get(options, (response) => resolve(response.resume().statusCode)).on('error', reject);
    });
  for (const name of ['localhost', 'vep.example.test', '']) assert.strictEqual(await status(name), 404);
  await assert.rejects(status('elsewhere.test'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('it listens on loopback only, in IPv6 too where the machine has it', async (t) => {
  const { simulator, client } = await setup(t);
  const addresses = Object.values(os.networkInterfaces()).flat();
  const connects = async (host) => {
    const socket = net.connect(simulator.port, host);
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  };
  assert.strictEqual(await connects('127.0.0.1'), true);
  const hasIpv6 = addresses.some(({ address }) => address === '::1');
  assert.strictEqual(await connects('::1'), hasIpv6);
  for (const { address, internal, family } of addresses) {
    if (!internal && family === 'IPv4') assert.strictEqual(await connects(address), false, address);
  }
  assert.strictEqual((await client.login()).status, 200);
});

test('the CA file is made when asked for and gone after the end; writeCa leaves its own', async (t) => {
  const { simulator } = await setup(t);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'simulator-test-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const own = path.join(folder, 'ca.pem');
  simulator.writeCa(own);
  const { caFile } = simulator;
  assert.strictEqual(simulator.caFile, caFile);
  assert.strictEqual(fs.readFileSync(caFile, 'utf8'), simulator.ca);
  await simulator.close();
  assert.ok(!fs.existsSync(path.dirname(caFile)));
  assert.strictEqual(fs.readFileSync(own, 'utf8'), simulator.ca);
});

test('an option that does not exist is told, so is a port that is taken', async (t) => {
  await assert.rejects(Simulator.start({ prot: 1 }), /knows no option "prot"; there are accountId, port/);
  const { simulator } = await setup(t);
  await assert.rejects(Simulator.start({ port: simulator.port }), { code: 'EADDRINUSE' });
});

test('a wait that fails says for what, and what came instead', async (t) => {
  const { simulator, conversation } = await conversing(t, { wait: 50 });
  await assert.rejects(conversation.next(), (error) => {
    assert.match(
      error.message,
      /^Waited 50 ms for a message to the consumer in conversation [0-9a-f-]+, in vain\. Instead: /,
    );
    assert.match(
      error.message,
      /the conversation is OPEN, agent bot is assigned, the last that was said: CONSUMER .*hello/,
    );
    assert.match(error.message, /#1 → req \.ams\.routing\.UpdateRingState/);
    assert.match(error.stack, /simulator\.test\.js/);
    return true;
  });
  await assert.rejects(
    simulator.waitFor('a blue moon', () => false, { within: 1 }),
    /Waited 1 ms for a blue moon, in vain\. Instead: the last that was seen:/,
  );
  await assert.rejects(
    simulator.agent({ username: 'idle' }).accepts(conversation),
    /to ring for agent idle \(OFFLINE\)/,
  );
  await assert.rejects(simulator.connection(7), /Waited 50 ms for connection 7/);
});

test('waits under way fail when the simulator closes', async (t) => {
  const { simulator, conversation } = await conversing(t);
  const wait = conversation.next();
  wait.catch(() => {});
  await simulator.close();
  await assert.rejects(wait, /The simulator was closed while waiting for a message/);
});

test('each message is given once, whoever asks', async (t) => {
  const { socket, conversation } = await conversing(t);
  await socket.says(conversation.id, 'one');
  await socket.says(conversation.id, 'two');
  const typing = conversation.nextEvent('typing', ({ chatState }) => chatState === 'COMPOSING');
  await socket.request('.ams.ms.PublishEvent', {
    dialogId: conversation.id,
    event: { type: 'ChatStateEvent', chatState: 'COMPOSING' },
  });
  const texts = [(await conversation.next()).event.message, (await conversation.next()).event.message];
  assert.deepStrictEqual(texts, ['one', 'two']);
  assert.strictEqual((await typing).event.chatState, 'COMPOSING');
});

test('the log has every call and frame, up to its limit', async (t) => {
  const { simulator, client } = await setup(t, { logLimit: 20 });
  const socket = await client.signIn();
  const login = simulator.log.find(({ step }) => step === 'login');
  assert.deepStrictEqual(
    [login.method, login.path, login.query, login.body, login.answer.status],
    ['POST', client.account('login'), { v: '1.3' }, { username: 'bot', password: 'secret' }, 200],
  );
  assert.strictEqual(login.headers['content-type'], 'application/json');
  await socket.request('.GetClock', {}, { id: 'mine' });
  assert.strictEqual(simulator.requests('.GetClock')[0].id, 'mine');
  const sent = await simulator.waitFor('the answer', ({ kind, frame }) => kind === 'sent' && frame.reqId === 'mine');
  assert.deepStrictEqual([sent.connection, JSON.parse(sent.text)], [1, sent.frame]);
  for (let count = 0; count < 30; count++) await socket.request('.GetClock', {});
  assert.ok(simulator.log.length <= 22);
});

test('the clock only goes forward, and runs what falls due in order, each at its time', async (t) => {
  const { simulator } = await setup(t);
  const { clock } = simulator;
  const start = clock.now();
  const seen = [];
  const note = (name) => () => seen.push([name, Math.round((clock.now() - start) / 1000)]);
  clock.after(20_000, note('b'));
  clock.after(10_000, () => clock.after(5000, note('a')));
  const cancel = clock.after(12_000, note('cancelled'));
  clock.after(20_000, note('c'));
  clock.after(40_000, note('later'));
  cancel();
  clock.advance(30_000);
  assert.deepStrictEqual(seen, [
    ['a', 15],
    ['b', 20],
    ['c', 20],
  ]);
  assert.throws(() => clock.advance(-1), /only goes forward/);
  await new Promise((resolve) => clock.after(1, resolve));
});

test('close() leaves nothing: the process ends by itself, with clients connected and rings waiting', async () => {
  const program = `
    const { Simulator } = require(${JSON.stringify(path.join(__dirname, '..'))});
    const { Client } = require(${JSON.stringify(path.join(__dirname, '..', 'test-support', 'client.js'))});
    (async () => {
      const simulator = await Simulator.start();
      const socket = await Client.of(simulator).signIn();
      socket.ws.on('error', () => {});
      await socket.goesOnline();
      await simulator.consumer().startConversation({ message: 'hello' });
      await socket.rings();
      await simulator.close();
      await simulator.close();
      await socket.closed;
      setImmediate(() => console.log(JSON.stringify(process.getActiveResourcesInfo())));
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { timeout: 10_000 });
  const left = JSON.parse(stdout).filter((name) => !['PipeWrap', 'Immediate', 'TTYWrap'].includes(name));
  assert.deepStrictEqual(left, []);
});

test('many bots at once', async (t) => {
  const { simulator, client } = await setup(t);
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      simulator.agent({ username: `bot-${at}`, skills: [at] });
      const socket = await client.signIn({ username: `bot-${at}`, password: 'x' });
      await socket.goesOnline({ agentIds: [socket.me.id] });
      return socket;
    }),
  );
  const conversations = await Promise.all(sockets.map((_, skill) => simulator.consumer().startConversation({ skill })));
  await Promise.all(
    sockets.map(async (socket, at) => {
      assert.strictEqual((await socket.accepts()).conversationId, conversations[at].id);
      await socket.says(conversations[at].id, `I am ${at}`);
      assert.strictEqual((await conversations[at].next()).event.message, `I am ${at}`);
    }),
  );
});

test('two simulators of a process share their authority', async (t) => {
  const [one, other] = [await setup(t), await setup(t)];
  assert.strictEqual(one.simulator.ca, other.simulator.ca);
  assert.strictEqual((await Client.of(other.simulator).login()).status, 200);
});
