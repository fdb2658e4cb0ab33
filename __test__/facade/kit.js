'use strict';

const { Client, latest, settled } = require('./fake-native');
const { Agent } = require('../..');

const CONF = { accountId: '777', username: 'bot', password: 'secret', refreshSessionToken: false };
const ANSWER = { userId: '2001', userPid: 'pid-2001', csrf: 'csrf-1', bearer: 'bearer-1', cookies: true };

/** An agent whose events are written down, in order. */
class Recorder extends Agent {
  emit(name, ...args) {
    (this.heard = this.heard || []).push([name, ...args]);
    return super.emit(name, ...args);
  }
}

function make(conf = CONF, Class = Recorder) {
  const agent = new Class(conf);
  agent.on('error', () => {});
  return { agent, client: latest() };
}

/** The operation number of the last attempt. */
const op = (client) => client.calls.filter(([name]) => name === 'connect' || name === 'dial').pop()[1];

let connections = 0;

async function signIn(client, answer = ANSWER) {
  client.says('domains', op(client), { agentVep: 'vep' }, true);
  client.says('signedIn', op(client), answer);
  await settled();
}

async function open(client) {
  client.says('opened', op(client), ++connections);
  await settled();
}

/** An agent that is connected, with nothing heard yet. */
async function connected(conf, Class, answer) {
  const made = make(conf, Class);
  await signIn(made.client, answer);
  await open(made.client);
  made.agent.heard = [];
  return made;
}

const names = (agent) => (agent.heard || []).map(([name]) => name);

/** Runs something during which one exception is meant to reach Node, and returns that exception. */
async function uncaught(work) {
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  try {
    return await new Promise((resolve, reject) => {
      process.once('uncaughtException', resolve);
      Promise.resolve(work())
        .then(() => settled(20))
        .then(() => reject(new Error('nothing was thrown')), reject);
    });
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of others) process.on('uncaughtException', listener);
  }
}

/** For the time of a test every look-up is answered by the cache. */
async function withCache(work) {
  Client.cached = '{"agentVep":"vep"}';
  try {
    return await work();
  } finally {
    Client.cached = null;
  }
}

module.exports = {
  ANSWER,
  CONF,
  Client,
  Recorder,
  connected,
  make,
  names,
  op,
  open,
  settled,
  signIn,
  uncaught,
  withCache,
};
