// `npm start [example]`: an example on the simulator. Each has its own play, examples/…/on-simulator.mjs; the echo bot, which
// comes without a name, lets you be the consumer where there is a terminal.

import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EXAMPLE_NAMES, Stage } from './stage.mjs';

const [example = 'echo-bot'] = process.argv.slice(2);
if (!EXAMPLE_NAMES.includes(example)) {
  console.error(`there is no example "${example}"; there are ${EXAMPLE_NAMES.join(', ')}`);
  process.exit(1);
}

const file = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'examples', example, 'on-simulator.mjs');
const { settings, play } = await import(pathToFileURL(file));

const tell = (who, text) => console.log(`${who.padStart(9)} │ ${text}`);
const textOf = ({ message, contentType }) => (typeof message === 'string' ? message : `(${contentType})`);

const stage = await Stage.open(settings);
const { simulator } = stage;
tell('service', `a stand-in for LivePerson listens on ${simulator.csdsDomain}`);
let bot;
let isInterrupted = false;
process.once('SIGINT', () => {
  isInterrupted = true;
  bot?.stop();
});

try {
  await play({
    simulator,
    tell,
    startBot(env) {
      bot = stage.startBot(example, env, (line) => tell('bot', `(${line})`));
      bot.ended.then(() => simulator.close()); // nobody waits any longer for a bot that is no more
    },
    /** Somebody's part in a conversation, whose words are printed. */
    voice: (name, part) => ({
      part,
      says(...words) {
        tell(name, textOf(typeof words[0] === 'string' ? { message: words[0] } : words[0]));
        return part.says(...words);
      },
      async hears() {
        const message = await part.next();
        tell('bot', textOf(message.event));
        return message;
      },
    }),
  });
  process.exitCode = await bot.stop();
  tell('service', 'the bot has ended, and so has the stand-in');
} catch (error) {
  tell('service', isInterrupted ? 'interrupted' : error.message);
  process.exitCode = isInterrupted ? 0 : 1;
} finally {
  await stage.close();
}
