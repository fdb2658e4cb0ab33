import assert from 'node:assert';
import { createRequire } from 'node:module';
import sdk, { Agent, AgentSDK, SDKError, TransformError } from 'node-agent-sdk';
import Bare from 'node-agent-sdk/lib/AgentSDK';
import WithEnding from 'node-agent-sdk/lib/AgentSDK.js';
import SurveyClient from 'node-agent-sdk/lib/AgentSurveyClient';
import SurveyClientWithEnding from 'node-agent-sdk/lib/AgentSurveyClient.js';

assert.deepStrictEqual(Object.keys(sdk), ['Agent']);
for (const same of [sdk.Agent, AgentSDK, Bare, WithEnding]) assert.strictEqual(same, Agent);
assert.strictEqual(typeof SurveyClient, 'function');
assert.strictEqual(SurveyClient, SurveyClientWithEnding);
for (const Failure of [SDKError, TransformError]) assert.ok(Failure.prototype instanceof Error);
const require = createRequire(import.meta.url);
assert.strictEqual(require('node-agent-sdk/package.json').name, 'node-agent-sdk-rs');
await assert.rejects(import('node-agent-sdk/lib/inbox'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
console.log('resolved');
