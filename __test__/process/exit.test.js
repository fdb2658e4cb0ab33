'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { child } = require('../support/child');
const { start } = require('../support/kit');
const { closedPort } = require('../support/servers');

/** Longer than this a process that has nothing to do is not there; the machine of the tests may be busy. */
const SOON = 1000;

/** What the child printed as `name 12.3`, a time in ms that it measured itself. */
function time({ stdout }, t, name = 'ended after') {
  const [, milliseconds] = stdout.match(new RegExp(`${name} ([0-9.]+)`));
  t.diagnostic(`${name} ${milliseconds} ms`);
  return Number(milliseconds);
}

const readyToken = (simulator) => simulator.agent({ token: 'ready', userId: '1' }).options();

test('a bot that was disposed of lets its process exit by itself', async (t) => {
  const simulator = await start(t);
  const run = child(
    t,
    ({ Agent, conf, say }) => {
      const agent = new Agent(conf);
      agent.on('connected', () => {
        agent.getClock({}, () => {
          const disposed = performance.now();
          process.on('exit', () => say(`ended after ${(performance.now() - disposed).toFixed(1)}`));
          agent.dispose();
        });
      });
    },
    { conf: simulator.options() },
  );
  const ended = await run.ended();
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  // Meant are 100 ms; a busy machine gets a few more.
  assert.ok(time(ended, t) < 100 + 150);
});

for (const [name, step] of [
  ['in the tick of the constructor', undefined],
  ['while the look-up hangs', 'csds'],
  ['while the login hangs', 'login'],
  ['while the upgrade hangs', 'upgrade'],
]) {
  test(`a bot that was disposed of ${name} lets its process exit by itself`, async (t) => {
    const simulator = await start(t);
    if (step) simulator.fails(step, { hang: true });
    const run = child(
      t,
      ({ Agent, conf, say }) => {
        const agent = new Agent(conf);
        const dispose = () => {
          const disposed = performance.now();
          process.on('exit', () => say(`ended after ${(performance.now() - disposed).toFixed(1)}`));
          agent.dispose();
        };
        if (!conf.step) dispose();
        process.stdin.once('data', () => {
          process.stdin.destroy();
          dispose();
        });
        if (!conf.step) process.stdin.destroy();
      },
      { conf: { ...simulator.options(), step } },
    );
    if (step) {
      await simulator.waitFor(step, (entry) => entry.step === step || entry.kind === step);
      run.tell('dispose');
    }
    const ended = await run.ended();
    assert.deepEqual([ended.code, ended.stderr], [0, '']);
    assert.ok(time(ended, t) < SOON);
  });
}

test('an attempt under way and an open socket keep the process alive; a closed one with a ready token does not', async (t) => {
  const simulator = await start(t);
  const hang = simulator.fails('upgrade', { hang: true, times: 1 });
  const run = child(
    t,
    ({ Agent, conf, say }) => {
      const agent = new Agent({ ...conf, handshakeTimeout: 1500 });
      agent.on('error', () => {});
      let attempts = 0;
      agent.on('closed', () => {
        if (++attempts === 1) {
          agent.reconnect(true);
          return;
        }
        const closed = performance.now();
        process.on('exit', () => say(`ended after ${(performance.now() - closed).toFixed(1)}`));
      });
      agent.on('connected', () => say('connected'));
    },
    { conf: readyToken(simulator) },
  );
  await run.says(/connected/);
  assert.equal(hang.count, 1);
  const connection = await simulator.connection();
  // Whatever else would have ended it has had its time.
  await simulator.waitFor('a ping', ({ kind }) => kind === 'ping');
  assert.equal(run.hasEnded(), false);
  connection.closes(1000);
  const ended = await run.ended();
  assert.equal(ended.code, 0);
  assert.ok(time(ended, t) < SOON);
});

test('a ready token whose socket cannot be opened: the process ends by itself', async (t) => {
  const simulator = await start(t);
  simulator.fails('upgrade', { status: 401 });
  const run = child(
    t,
    ({ Agent, conf, say }) => {
      const agent = new Agent(conf);
      agent.on('error', (error) => say(`error ${error.code}`));
      agent.on('closed', (code) => say(`closed ${code}`));
    },
    { conf: readyToken(simulator) },
  );
  const ended = await run.ended();
  assert.deepEqual([ended.code, ended.stdout], [0, 'error 401\nclosed 1006\n']);
});

test('after a login the refresh timer keeps the process, the socket being closed; not with refreshSessionToken: false', async (t) => {
  const simulator = await start(t);
  const bot = ({ Agent, conf, say }) => {
    const agent = new Agent(conf);
    agent.on('closed', () => say('closed'));
    agent.on('success', ({ location }) => say(location));
  };
  const stays = child(t, bot, { conf: { ...simulator.options({ username: 'a' }), refreshSessionInterval: 700 } });
  const goes = child(t, bot, {
    conf: { ...simulator.options({ username: 'b' }), refreshSessionInterval: 700, refreshSessionToken: false },
  });
  await stays.says(/Connect#Login/);
  await goes.says(/Connect#Login/);
  await simulator.waitFor('both sockets', () => simulator.connections.length === 2);
  for (const connection of simulator.connections) connection.closes(1000);
  const ended = await goes.ended();
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  await stays.says(/closed[^]*RefreshSession#REST[^]*RefreshSession#REST/);
  assert.equal(stays.hasEnded(), false);
});

test('an error nobody listens to ends the process with that error', async (t) => {
  const port = await closedPort();
  const run = child(
    t,
    ({ Agent, conf, say }) => {
      process.on('uncaughtExceptionMonitor', (error, origin) => say(`${origin}: ${error.message} ${error.service}`));
      new Agent(conf);
    },
    { conf: { accountId: '1', token: 'x', csdsDomain: `127.0.0.1:${port}` } },
  );
  const ended = await run.ended();
  assert.equal(ended.code, 1);
  const message = `Error on CSDS request: connect ECONNREFUSED 127.0.0.1:${port}`;
  assert.equal(ended.stdout, `uncaughtException: ${message} domainNames\n`);
  assert.ok(ended.stderr.includes(message));
});

test('an exception in a listener or a callback that nobody catches ends the process with that exception', async (t) => {
  const simulator = await start(t);
  for (const place of ['listener', 'callback', 'closed', 'connect']) {
    const run = child(
      t,
      ({ Agent, conf, say }) => {
        process.on('uncaughtExceptionMonitor', (error, origin) => say(`${origin}: ${error.message}`));
        const boom = () => {
          throw new Error('boom');
        };
        const agent = new Agent(conf);
        if (conf.place === 'listener') agent.on('connected', boom);
        if (conf.place === 'callback') agent.on('connected', () => agent.getClock({}, boom));
        if (conf.place === 'closed') agent.on('closed', boom).on('connected', () => agent.transport.ws.close());
        if (conf.place === 'connect') agent.connect(boom);
      },
      { conf: { ...simulator.options(), place } },
    );
    const ended = await run.ended();
    assert.deepEqual([place, ended.code, ended.stdout], [place, 1, 'uncaughtException: boom\n']);
  }
});

test('process.exit() inside a listener, a callback, and while everything is under way', async (t) => {
  const simulator = await start(t);
  for (const place of ['success', 'connected', 'callback', 'notification', 'at once']) {
    const run = child(
      t,
      ({ Agent, conf }) => {
        const agents = Array.from({ length: 5 }, (_, n) => new Agent({ ...conf, username: `bot${n}` }));
        const [agent] = agents;
        const exit = () => process.exit(7);
        if (conf.place === 'callback') agent.on('connected', () => agent.getClock({}, exit));
        else if (conf.place === 'at once') setImmediate(exit);
        else agent.on(conf.place, exit);
        if (conf.place === 'notification') agent.on('connected', () => agent.subscribeAgentsState({}, () => {}));
      },
      { conf: { ...simulator.options(), place } },
    );
    const { code, signal, stderr } = await run.ended();
    assert.deepEqual([place, code, signal, stderr], [place, 7, null, '']);
  }
});

test('a signal ends a connected bot as any process', async (t) => {
  const simulator = await start(t);
  const run = child(
    t,
    ({ Agent, conf, say }) => {
      new Agent(conf).on('connected', () => say('connected'));
    },
    { conf: simulator.options() },
  );
  await run.says(/connected/);
  run.kill('SIGTERM');
  assert.equal((await run.ended()).signal, 'SIGTERM');
});

test('an agent that is not used at all, a look-up, and a package only required: the process ends', async (t) => {
  const simulator = await start(t);
  for (const bot of [
    () => {},
    ({ Agent, conf }) => {
      class Later extends Agent {
        connect() {}
      }
      new Later(conf);
    },
    ({ Agent, conf, say }) => {
      class Later extends Agent {
        connect() {}
      }
      new Later(conf).csdsClient.getAll((error, domains) => say(Object.keys(domains).length > 0 ? 'domains' : 'none'));
    },
  ]) {
    const { code, stderr } = await child(t, bot, { conf: simulator.options() }).ended();
    assert.deepEqual([code, stderr], [0, '']);
  }
});
