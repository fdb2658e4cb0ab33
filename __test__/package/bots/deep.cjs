'use strict';

const assert = require('node:assert');
const { Agent } = require('node-agent-sdk');

assert.strictEqual(require('node-agent-sdk/lib/AgentSDK'), Agent);
assert.strictEqual(require('node-agent-sdk/lib/AgentSDK.js'), Agent);
assert.strictEqual(typeof require('node-agent-sdk/lib/AgentSurveyClient'), 'function');
assert.strictEqual(require('node-agent-sdk/lib/AgentSurveyClient'), require('node-agent-sdk/lib/AgentSurveyClient.js'));
assert.strictEqual(require('node-agent-sdk/package.json').name, 'node-agent-sdk-rs');
console.log('resolved');
