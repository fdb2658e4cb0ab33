'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { child } = require('../support/child');
const { text } = require('../support/frames');
const { answering, start } = require('../support/kit');

const BRIEF = { requestTimeout: 500, pingInterval: 200, pongTimeout: 400, handshakeTimeout: 1000 };

test('a bot that is blocked for longer than every deadline loses no socket and no answer', async (t) => {
  const simulator = await start(t);
  const answered = [];
  answering(simulator, ({ id, body }, connection) => {
    answered.push(body.n);
    connection.push({ kind: 'resp', reqId: id, code: 200, type: '.A', body: body.n });
    // More than may wait for JavaScript: reading stops, and with it every deadline.
    if (body.flood) {
      const one = text({ kind: 'notification', type: '.N', body: 'x'.repeat(1000) });
      connection.writes(Buffer.concat(Array(2000).fill(one)));
      connection.push({ kind: 'notification', type: '.End' });
    }
    return null;
  });
  for (const flood of [false, true]) {
    const run = child(
      t,
      ({ Agent, conf, say }) => {
        const agent = new Agent(conf);
        agent.on('error', (error) => say(`error ${error.message}`));
        agent.on('closed', (code) => say(`closed ${code}`));
        let notifications = 0;
        let told = 0;
        const done = () => {
          if (told < 20 || (conf.flood && notifications < 2000)) return;
          say(`all told, connected ${agent.connected}, notifications ${notifications}`);
          agent.getClock({}, (error) => {
            say(`and after it: ${error}`);
            agent.dispose();
          });
        };
        agent.on('.N', () => notifications++);
        agent.on('.End', () => done());
        agent.on('connected', () => {
          for (let n = 0; n < 20; n++) {
            agent.publishEvent({ n, flood: conf.flood && n === 10 }, (error, body) => {
              if (error || body !== n) say(`request ${n}: ${error && error.message}, ${body}`);
              told++;
              done();
            });
          }
          // They leave now; the answers arrive while nothing can run here.
          setImmediate(() => {
            const until = performance.now() + 2500;
            while (performance.now() < until);
          });
        });
      },
      { conf: { ...simulator.options(), ...BRIEF, flood } },
    );
    const { stdout, code } = await run.ended();
    assert.equal(code, 0);
    assert.equal(stdout, `all told, connected true, notifications ${flood ? 2000 : 0}\nand after it: null\n`);
  }
  assert.equal(simulator.connections.length, 2);
});

test('blocked while it connects: it is connected afterwards', async (t) => {
  const simulator = await start(t);
  const run = child(
    t,
    ({ Agent, conf, say }) => {
      const agent = new Agent(conf);
      agent.on('error', (error) => say(`error ${error.message}`));
      agent.on('closed', (code) => say(`closed ${code}`));
      agent.on('connected', () => {
        agent.getClock({}, (error) => {
          say(`clock ${error}`);
          agent.dispose();
        });
      });
      const block = () => {
        const until = performance.now() + 1500;
        while (performance.now() < until);
      };
      agent.once('success', () => setImmediate(block));
      block();
    },
    { conf: { ...simulator.options(), ...BRIEF, httpTimeout: 1000 } },
  );
  const { stdout, code } = await run.ended();
  assert.deepEqual([code, stdout], [0, 'clock null\n']);
  assert.equal(simulator.connections.length, 1);
});
