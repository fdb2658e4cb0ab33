'use strict';

const { Simulator } = require('..');
const { Client } = require('./client');

/**
 * A simulator that ends with the test, and a plain client of it.
 * @param {object} t test context
 * @param {object} [options] of Simulator.start()
 */
async function setup(t, options) {
  const simulator = await Simulator.start(options);
  t.after(() => simulator.close());
  return { simulator, client: Client.of(simulator) };
}

/** As setup, with a signed-in agent ONLINE who has accepted a conversation in which the consumer has said "hello". */
async function conversing(t, options, { credentials, query, filter, skill = '5' } = {}) {
  const { simulator, client } = await setup(t, options);
  const socket = await client.signIn(credentials, { query });
  await socket.goesOnline(filter);
  const consumer = simulator.consumer();
  const conversation = await consumer.startConversation({ skill, message: 'hello' });
  await socket.accepts();
  await socket.change((details) => details.participants.ASSIGNED_AGENT.includes(socket.me.id));
  return { simulator, client, socket, consumer, conversation };
}

module.exports = { setup, conversing };
