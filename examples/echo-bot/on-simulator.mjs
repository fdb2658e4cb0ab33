// What `npm start` plays: on a terminal you are the consumer, without one a short conversation is held.

import readline from 'node:readline';

const WORDS = ['Do you speak Ελληνικά, 日本語 and 👋?', '#close'];

export async function play({ simulator, startBot, voice, tell }) {
  startBot();
  const conversation = await simulator.consumer({ profile: { firstName: 'Ada' } }).startConversation();
  const name = process.stdin.isTTY ? 'you' : 'Ada';
  const consumer = voice(name, conversation);
  consumer.says('Hello, is anybody there?');
  await conversation.accepted();
  tell('service', 'the bot was rung and has accepted');
  await consumer.hears();
  for await (const line of process.stdin.isTTY ? typed(tell) : WORDS) {
    if (process.stdin.isTTY) conversation.says(line);
    else consumer.says(line);
    if (line === '#close') break;
    await consumer.hears();
  }
  if (conversation.details.state === 'OPEN' && process.stdin.isTTY) await conversation.closes();
  await conversation.closed();
  tell('service', 'the conversation is closed');
}

async function* typed(tell) {
  tell('service', 'type to talk to the bot; #close ends the conversation');
  const lines = readline.createInterface({ input: process.stdin, output: process.stdout, prompt: '      you │ ' });
  try {
    lines.prompt();
    for await (const line of lines) {
      if (line.trim() !== '') yield line;
      lines.prompt();
    }
  } finally {
    lines.close(); // the terminal keeps the process alive
    process.stdin.destroy();
  }
}
