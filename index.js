'use strict';

const { Agent, SDKError, TransformError } = require('./lib');

exports.Agent = Agent;

// Not enumerable, so that the keys of this module are those of node-agent-sdk; in this form the lexer that finds the
// names for ESM sees them all the same.
Object.defineProperty(exports, 'AgentSDK', { value: Agent });
Object.defineProperty(exports, 'SDKError', { value: SDKError });
Object.defineProperty(exports, 'TransformError', { value: TransformError });
