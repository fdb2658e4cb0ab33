import { Agent } from 'node-agent-sdk';

const agent: any = new Agent({ accountId: process.env.LP_ACCOUNT, token: process.env.LP_TOKEN });
const counts: Record<string, number> = {};

agent.on('notification', (msg: any) => {
  counts[msg.type] = (counts[msg.type] || 0) + 1;
});
agent.on('closed', (code: number) => console.log(code, counts));
agent._every = setInterval(agent.getClock, 30000);
