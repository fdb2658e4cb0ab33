// What `npm start file-sharing-bot` plays: a picture for the consumer, and one from the consumer.

export async function play({ simulator, startBot, voice, tell }) {
  startBot();
  const conversation = await simulator.consumer().startConversation();
  const ada = voice('Ada', conversation);
  ada.says('Hello!');
  await ada.hears();
  ada.says('#picture');
  await ada.hears();
  const upload = await simulator.waitFor('an upload', ({ step, method }) => step === 'file' && method === 'PUT');
  tell('service', `the picture was uploaded: ${upload.answer.status}`);

  conversation.sendsFile(Buffer.from('a drawing of a ladder'));
  tell('Ada', '(hosted/file)');
  await ada.hears();
}
