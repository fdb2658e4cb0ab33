'use strict';

const { answersFrom } = require('../answers');

/**
 * The requests that the brand socket answers, by type (node-agent-sdk's README, LivePerson developer docs, Messaging Agent
 * API). A handler takes {service, connection, agent, body, metadata} and gives {code, type, body}.
 */
const HANDLERS = new Map([
  ...Object.entries(require('./agent')),
  ...Object.entries(require('./routing')),
  ...Object.entries(require('./conversations')),
  ...Object.entries(require('./messages')),
  ...Object.entries(require('./files')),
]);

/** Type of answers that are a plain text: confirmations without data, and all errors. */
const TEXT = '.ReqBody$StringResp';

const answerTo = answersFrom({ handlers: HANDLERS, textType: TEXT, callerOf: ({ agent }) => ({ agent }) });

module.exports = { answerTo, TEXT };
