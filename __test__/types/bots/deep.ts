// The paths inside the package that bots require, as a CommonJS module.

import AgentSDK = require('node-agent-sdk/lib/AgentSDK');
import AgentSurveyClient = require('node-agent-sdk/lib/AgentSurveyClient');
import sdk = require('node-agent-sdk');

const same: typeof sdk.Agent = AgentSDK;
const agent: AgentSDK = new same({ accountId: '12345678', token: 'abc' });
const surveys = new AgentSurveyClient({ rflDomain: 'rfl.example', accountId: agent.accountId, token: 'abc' });
export const status: Promise<number | undefined> = surveys.getAgentSurvey('c', 5).then((answer) => answer?.status);
// @ts-expect-error no host
new AgentSurveyClient({ accountId: '12345678', token: 'abc' });
