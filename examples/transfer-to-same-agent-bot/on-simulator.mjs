// What `npm start transfer-to-same-agent-bot` plays: Ada is new, is helped by Joan, and comes back another day.

const RECEPTION = '1';
const SALES = '2';

export async function play({ simulator, startBot, voice, tell }) {
  simulator.agent({ username: 'bot', password: 'secret', skills: [RECEPTION] });
  const [joan, rosa] = ['Joan', 'Rosa'].map((username) => simulator.agent({ username, skills: [SALES] }));
  joan.goesOnline();
  startBot({ LP_SKILL: SALES });
  const consumer = simulator.consumer();

  await meet('Good morning, do you sell ladders?');
  rosa.goesOnline();
  tell('service', 'now Rosa is there too, and has nothing to do');
  await meet('Hello again, about that ladder!');

  async function meet(words) {
    const conversation = await consumer.startConversation({ skill: RECEPTION });
    const ada = voice('Ada', conversation);
    ada.says(words);
    await ada.hears();
    voice('Joan', await joan.accepts(conversation)).says('Hello Ada, Joan here.');
    await conversation.next();
    await conversation.closes();
    await conversation.closed();
    tell('service', 'Joan has had the conversation, and it is closed');
  }
}
