'use strict';

const { channel } = require('node:diagnostics_channel');
const { debuglog } = require('node:util');

const { tellAll } = require('./callbacks');

/** NODE_DEBUG=node-agent-sdk */
const debug = debuglog('node-agent-sdk');

/** What is told of → its diagnostics channel, and the level of its lines in a log. docs/reliability.md */
const TOPICS = {
  connect: { channel: channel('node-agent-sdk:connect'), level: 'info' },
  login: { channel: channel('node-agent-sdk:login'), level: 'info' },
  request: { channel: channel('node-agent-sdk:request'), level: 'debug' },
  response: { channel: channel('node-agent-sdk:response'), level: 'debug' },
  reconnect: { channel: channel('node-agent-sdk:reconnect'), level: 'warn' },
  close: { channel: channel('node-agent-sdk:close'), level: 'info' },
};

/** Whether anybody wants to know; asked first, so that nothing is made for nobody. */
function isOn(agent, topic) {
  return TOPICS[topic].channel.hasSubscribers || debug.enabled || Boolean(agent.conf && agent.conf.logger);
}

/**
 * Tells those who look inside. No token, password, csrf, cookie or body of a message is among the details.
 *
 * @param {object} agent
 * @param {keyof TOPICS} topic
 * @param {object} details
 */
function trace(agent, topic, details) {
  const { channel, level } = TOPICS[topic];
  const message = { accountId: agent.accountId, userId: agent.userId, ...details };
  if (channel.hasSubscribers) channel.publish(message);
  if (!debug.enabled && !(agent.conf && agent.conf.logger)) return;
  const line = `${agent.accountId}.${agent.userId} ${topic}: ${words(details)}`;
  debug(line);
  const { logger } = agent.conf || {};
  const write = logger && (details.error && logger.error ? logger.error : logger[level]);
  if (typeof write === 'function') tellAll([() => write.call(logger, `node-agent-sdk ${line}`)]);
}

function words(details) {
  const word = (value) => (value instanceof Error ? value.message : typeof value === 'object' ? words(value) : value);
  return Object.entries(details)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name} ${word(value)}`)
    .join(', ');
}

module.exports = { isOn, trace };
