// `npm start [example]`: an example on the simulator. Each has its own play, examples/…/on-simulator.mjs; the echo bot, which
// comes without a name, lets you be the consumer where there is a terminal. With LP_ACCOUNT it runs on that account instead.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EXAMPLE_NAMES, Stage, copyExamples } from './stage.mjs';

const [example = 'echo-bot'] = process.argv.slice(2);
if (!EXAMPLE_NAMES.includes(example)) {
  console.error(`there is no example "${example}"; there are ${EXAMPLE_NAMES.join(', ')}`);
  process.exit(1);
}

if (process.env.LP_ACCOUNT) {
  const folder = copyExamples();
  const bot = spawn(process.execPath, [path.join(folder, example, 'bot.js')], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bot.kill('SIGTERM'));
  const [code] = await once(bot, 'close');
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 1);
}

const file = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'examples', example, 'on-simulator.mjs');
const { settings, play } = await import(pathToFileURL(file));

const tell = (who, text) => console.log(`${who.padStart(9)} │ ${text}`);
const textOf = (said) => [said, said.message, `(${said.contentType})`].find((one) => typeof one === 'string');

const stage = await Stage.open(settings);
const { simulator } = stage;
tell('service', `a stand-in for LivePerson listens on ${simulator.csdsDomain}`);
let bot;
let isInterrupted = false;

try {
  await play({
    simulator,
    tell,
    startBot(env) {
      bot = stage.startBot(example, env, (line) => tell('bot', `(${line})`));
      bot.ended.then(() => simulator.close()); // nobody waits any longer for a bot that is no more
      process.once('SIGINT', () => {
        isInterrupted = true;
        bot.stop();
      });
    },
    /** Somebody's part in a conversation, whose words are printed. */
    voice: (name, part) => ({
      part,
      says(words, options) {
        tell(name, textOf(words));
        return part.says(words, options);
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
