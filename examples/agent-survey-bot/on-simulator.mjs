// What `npm start agent-survey-bot` plays: a consumer talks, leaves, and the bot fills in its survey about that.

export async function play({ simulator, startBot, voice, tell }) {
  startBot();
  const conversation = await simulator.consumer().startConversation();
  const ada = voice('Ada', conversation);
  ada.says('My parcel is lost.');
  await ada.hears();
  ada.says('It was a present.');
  await ada.hears();
  await conversation.closes();
  tell('service', 'Ada has closed the conversation');
  const { body } = await simulator.waitFor(
    'the survey',
    ({ step, method }) => step === 'agentSurvey' && method === 'POST',
  );
  tell('service', `the bot has submitted “${body[0].freeTextReply}”`);
}
