'use strict';

const { Agent } = require('node-agent-sdk');

/** Seconds before each new attempt to connect, the last for all that follow. LivePerson may block who comes in a hurry. */
const PAUSES = [1, 2, 5, 10, 30, 60];

/** Close codes after which the token is of no more use. Source: LivePerson, Messaging Agent API. */
const TOKEN_IS_SPENT = [1008, 1011, 4401, 4407];

/** What a look-up or login answers when another attempt would get the same: wrong credentials, a blocked account. */
const HOPELESS = [400, 401, 403, 451];

/** How long the service may take to say goodbye, in ms. */
const GOODBYE = 2000;

/**
 * What is the same in every bot: an agent whose options come from the environment, who keeps its connection, gets a lost
 * one back, and ends on SIGTERM and Ctrl-C. What a bot subscribes to ends with the connection, so it does that in `connected`.
 *
 * @returns {Agent}
 */
function steadyAgent() {
  const agent = new Agent({
    accountId: process.env.LP_ACCOUNT,
    username: process.env.LP_USER,
    password: process.env.LP_PASS,
    csdsDomain: process.env.LP_CSDS, // only where it is not LivePerson's own
  });
  let failures = 0;
  let isTokenGood = false;
  let isEnding = false;
  let keepAlive;
  let nextAttempt;

  agent.on('connected', () => {
    console.log('connected');
    isTokenGood = true;
    keepAlive = setInterval(agent.getClock, 30000);
    // A connection has proved itself when it answers; some are closed before they do.
    agent.getClock({}, (error) => {
      if (!error) failures = 0;
    });
  });

  agent.on('closed', (code) => {
    console.log('closed', code);
    clearInterval(keepAlive);
    if (TOKEN_IS_SPENT.includes(code)) isTokenGood = false;
    if (isEnding) agent.dispose();
    else tryAgain();
  });

  agent.on('error', (error, { location } = {}) => {
    console.error('error:', error.message);
    if (error.code === 401) isTokenGood = false;
    // A failed look-up or login comes with its location, and no `closed` follows. One for a refresh leaves the socket open.
    if (location === undefined || location.startsWith('RefreshSession')) return;
    isTokenGood = false;
    if (HOPELESS.includes(error.code)) {
      process.exitCode = 1;
      agent.dispose();
    } else {
      tryAgain();
    }
  });

  function tryAgain() {
    const pause = PAUSES[Math.min(failures++, PAUSES.length - 1)];
    clearTimeout(nextAttempt);
    nextAttempt = setTimeout(() => agent.reconnect(isTokenGood), pause * 1000);
  }

  function end() {
    isEnding = true;
    clearInterval(keepAlive);
    clearTimeout(nextAttempt);
    if (!agent.connected) return agent.dispose();
    // With a closing handshake, answers that are on their way still arrive.
    agent.transport.ws.close(1000);
    setTimeout(() => agent.dispose(), GOODBYE).unref();
  }

  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  return agent;
}

module.exports = { steadyAgent };
