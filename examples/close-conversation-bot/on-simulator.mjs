// What `npm start close-conversation-bot` plays: half an hour passes, in which one of two consumers still says something.

const HALF_AN_HOUR = 30 * 60 * 1000;

export async function play({ simulator, startBot, voice, tell }) {
  const [silent, talking] = [await begin('Ada'), await begin('Grace')];
  startBot({ LP_IDLE_MINUTES: '30', LP_LOOK_EVERY: '0.5' });
  await simulator.connection();
  simulator.clock.advance(HALF_AN_HOUR - 60000);
  tell('service', '29 minutes have passed');
  voice('Grace', talking).says('I am still here.');
  simulator.clock.advance(61000);
  tell('service', 'another minute has passed');
  await silent.closed();
  tell('service', `the conversation with Ada is closed, that with Grace is ${talking.details.state}`);

  async function begin(name) {
    const conversation = await simulator.consumer().startConversation();
    voice(name, conversation).says('Hello!');
    return conversation;
  }
}
