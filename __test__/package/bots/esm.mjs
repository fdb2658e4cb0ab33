import { Agent, AgentSDK } from 'node-agent-sdk';
import conversation from './conversation.cjs';

if (AgentSDK !== Agent) throw new Error('AgentSDK is not the alias of Agent');
conversation.run(Agent);
