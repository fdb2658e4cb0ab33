'use strict';

// Closes conversations in which nobody has said anything for LP_IDLE_MINUTES; looks every LP_LOOK_EVERY seconds.

const { steadyAgent } = require('../common/steady-agent');

const IDLE = Number(process.env.LP_IDLE_MINUTES || 30) * 60 * 1000;
const LOOK_EVERY = Number(process.env.LP_LOOK_EVERY || 30) * 1000;

const agent = steadyAgent();
const open = new Map(); // conversation → when something was said in it last, in ms of the service's clock

agent.on('connected', () => {
  open.clear();
  agent.subscribeExConversations({ convState: ['OPEN'] });
});

agent.on('cqm.ExConversationChangeNotification', ({ changes }) => {
  for (const { type, result } of changes) {
    const { convId, conversationDetails, lastContentEventNotification } = result;
    if (type === 'DELETE') open.delete(convId);
    else open.set(convId, lastContentEventNotification?.serverTimestamp ?? conversationDetails.startTs);
  }
});

// The service's clock, since that of this machine may be wrong. The timer alone does not keep the bot alive.
setInterval(async () => {
  try {
    const { currentTime } = await agent.getClock({});
    for (const [convId, lastSaid] of open) if (currentTime - lastSaid > IDLE) close(convId);
  } catch (error) {
    if (agent.connected) console.error('the time is not known:', error.message);
  }
}, LOOK_EVERY).unref();

async function close(conversationId) {
  try {
    open.delete(conversationId);
    const conversationField = [{ field: 'ConversationStateField', conversationState: 'CLOSE' }];
    await agent.updateConversationField({ conversationId, conversationField });
    console.log('closed', conversationId);
  } catch (error) {
    console.error(`conversation ${conversationId} was not closed:`, error.message);
  }
}
