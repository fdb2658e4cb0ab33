// What `npm start greeting-bot` plays: one conversation is there already, another begins while the bot watches.

export async function play({ simulator, startBot, voice, tell }) {
  const ada = voice('Ada', await simulator.consumer().startConversation());
  ada.says('Is anybody there?');
  startBot();
  await ada.hears();

  const grace = voice('Grace', await simulator.consumer().startConversation());
  grace.says('Good morning!');
  await grace.hears();
  tell('service', 'each was greeted once');
}
