'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');
const { connected, make, names, op, settled, uncaught } = require('./kit');

const loginError = { service: 'authentication.login', message: 'Error on AgentVEP login: Unauthorized', code: 401 };

describe('what arrives', () => {
  it('is emitted by its type, then as a notification, one and the same object', async () => {
    const { agent, client } = await connected();
    agent.on('some.Type', function (body) {
      assert.equal(this, agent);
      body.seen = true;
    });
    client.sends({ kind: 'notification', type: 'some.Type', body: {} });
    client.sends('{"kind":"notification","type":"as text","body":"\\ud83d"}');
    client.sends('not JSON');
    client.sends('[1]');
    client.sends('null');
    client.sends({ kind: 'other', type: 'x' });
    client.sends({ kind: 'notification', type: '', body: 1 });
    await settled();
    assert.deepEqual(agent.heard, [
      ['some.Type', { seen: true }],
      ['notification', { kind: 'notification', type: 'some.Type', body: { seen: true } }],
      ['as text', '\ud83d'],
      ['notification', { kind: 'notification', type: 'as text', body: '\ud83d' }],
      ['notification', { kind: 'notification', type: '', body: 1 }],
    ]);
    agent.dispose();
  });

  it('cannot imitate the SDK', async () => {
    const { agent, client } = await connected();
    const types = ['error', 'connected', 'closed', 'notification', 'toString', '__proto__', ['error'], 'newListener'];
    for (const type of types) client.sends({ kind: 'notification', type, body: 'x' });
    for (const type of types) client.sends({ kind: 'resp', type, code: 200, reqId: 'r', body: 'x' });
    await settled();
    assert.deepEqual(
      names(agent),
      types.map(() => 'notification'),
    );
    agent.dispose();
  });

  it('and cannot be read gives an error, and answers the callback', async () => {
    const { agent, client } = await connected();
    const told = [];
    agent.getUserProfile('c', (...args) => told.push(args));
    const answer = {
      kind: 'resp',
      reqId: client.last('send')[1],
      code: 200,
      type: '.ams.userprofile.GetUserProfile$Response',
    };
    agent.heard = [];
    client.sends(answer);
    client.sends({ kind: 'notification', type: '.ams.ms.OnlineEventDistribution', body: null });
    await settled();
    assert.deepEqual(names(agent), ['error', 'error']);
    assert.deepEqual(told, [[agent.heard[0][1]]]);
    assert.equal(told[0][0].constructor.name, 'TransformError');
    assert.equal(told[0][0].message, 'TypeError: body is not an object');
    assert.deepEqual(Object.keys(told[0][0]), ['payload']);
    assert.deepEqual(told[0][0].payload, answer);
    agent.dispose();
  });
});

it('an answer that cannot be read reaches its callback, even where nobody listens to error', async () => {
  const { agent, client } = await connected();
  agent.removeAllListeners('error');
  const told = [];
  agent.getUserProfile('c', (...args) => told.push(args));
  const type = '.ams.userprofile.GetUserProfile$Response';
  const thrown = await uncaught(() => client.sends({ kind: 'resp', reqId: client.last('send')[1], code: 200, type }));
  assert.deepEqual(told, [[thrown]]);
  agent.dispose();
});

describe('a listener that throws', () => {
  it('reaches Node, and nothing that follows is lost', async () => {
    const { agent, client } = await connected();
    let told = 0;
    agent.on('bad', () => {
      throw new Error('mine');
    });
    agent.getClock({}, () => (told += 1));
    agent.heard = [];
    const error = await uncaught(() => {
      client.sends({ kind: 'notification', type: 'bad', body: 1 });
      client.sends({ kind: 'resp', reqId: client.last('send')[1], type: 'after', code: 200 });
      setImmediate(() => client.sends({ kind: 'notification', type: 'later', body: 1 }));
    });
    assert.equal(error.message, 'mine');
    await settled();
    assert.deepEqual(names(agent), ['bad', 'after', 'later', 'notification']);
    assert.equal(told, 1);
    agent.dispose();
  });

  it('does not keep the callback of a request waiting', async () => {
    const { agent, client } = await connected();
    let told = 0;
    agent.on('bad', () => {
      throw new Error('mine');
    });
    agent.getClock({}, () => (told += 1));
    await uncaught(() => client.sends({ kind: 'resp', reqId: client.last('send')[1], type: 'bad', code: 200 }));
    assert.equal(told, 1);
    agent.dispose();
  });

  it('does not keep other callbacks from hearing of the end', async () => {
    const { agent, client } = await connected();
    let told = 0;
    agent.getClock({}, () => {
      throw new Error('mine');
    });
    agent.getClock({}, () => (told += 1));
    agent.heard = [];
    await uncaught(() => client.says('closed', op(client), 1000));
    await settled();
    assert.equal(told, 1);
    assert.deepEqual(names(agent), ['closed']);
  });
});

it('an error that nobody listens to is thrown', async () => {
  const { agent, client } = make();
  agent.removeAllListeners('error');
  const told = [];
  agent.connect((error) => told.push(error.code));
  const error = await uncaught(() => client.says('failed', op(client), 'login', loginError));
  assert.equal(error.message, loginError.message);
  assert.deepEqual(told, [401]);
  agent.dispose();
});
