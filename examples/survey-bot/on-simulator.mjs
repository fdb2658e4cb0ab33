// What `npm start survey-bot` plays: an agent ends a conversation, and the survey follows.

// The service has a survey bot of its own, which keeps out of this one.
export const settings = { survey: 'unattended' };

export async function play({ simulator, startBot, voice, tell }) {
  const agent = simulator.agent({ username: 'Joan' });
  agent.goesOnline();
  startBot();
  const conversation = await simulator.consumer().startConversation();
  const [ada, joan] = [voice('Ada', conversation), voice('Joan', await agent.accepts(conversation))];
  ada.says('Where is my parcel?');
  joan.says('It comes tomorrow. Goodbye!');
  await conversation.next();
  await joan.part.closes();
  tell('service', 'Joan has closed the main dialog; a survey dialog is open');
  await ada.hears();
  ada.says('it was lovely');
  await ada.hears();
  ada.says('5');
  await ada.hears();
  await conversation.closed();
  tell('service', 'the survey dialog is closed, and with it the conversation');
}
