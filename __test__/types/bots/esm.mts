// From an ES module.

import sdk, { Agent, AgentSDK, SDKError, TransformError } from 'node-agent-sdk';
import Bare from 'node-agent-sdk/lib/AgentSDK';
import SurveyClient from 'node-agent-sdk/lib/AgentSurveyClient.js';

const agent: Agent = new AgentSDK({ accountId: '12345678', token: 'abc' });
export const agents: Agent[] = [agent, new Bare({ accountId: 1, token: 'abc' }), new sdk.Agent(agent.conf)];
export const surveys = new SurveyClient({ rflDomain: 'rfl.example', accountId: 1, token: 'abc' });
agent.on('error', (error) => error instanceof SDKError || error instanceof TransformError);
// @ts-expect-error inner files are not for import
await import('node-agent-sdk/lib/inbox.js');
