// `npm start`: the echo bot on the simulator. On a terminal you are the consumer; without one, a short conversation is
// played. The bot runs in a process of its own, from the packed package, as it would at a user's.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { packedProject } from './packed.mjs';

const { Simulator } = createRequire(import.meta.url)('node-agent-sdk-simulator');
const EXAMPLES = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'examples');
const SCRIPT = ['Hello, is anybody there?', 'Do you speak Ελληνικά, 日本語 and 👋?', '#close'];

const say = (who, text) => console.log(`${who.padStart(9)} │ ${text}`);

const project = packedProject();
cpSync(EXAMPLES, path.join(project, 'examples'), { recursive: true });

const simulator = await Simulator.start();
const { accountId, username, password, csdsDomain } = simulator.options();
say('service', `a stand-in for LivePerson listens on ${csdsDomain}`);

const env = { LP_ACCOUNT: accountId, LP_USER: username, LP_PASS: password, LP_CSDS: csdsDomain };
const bot = spawn(process.execPath, [path.join(project, 'examples', 'echo-bot', 'bot.js')], {
  env: { ...process.env, ...env, NODE_EXTRA_CA_CERTS: simulator.caFile },
  stdio: ['ignore', 'pipe', 'pipe'],
});
const botEnded = once(bot, 'exit');
for (const stream of [bot.stdout, bot.stderr])
  readline.createInterface(stream).on('line', (line) => say('bot', `(${line})`));
process.once('SIGINT', () => bot.kill('SIGTERM'));

const conversation = await simulator
  .consumer({ profile: { firstName: 'Ada' } })
  .startConversation({ message: SCRIPT[0] });
say('consumer', SCRIPT[0]);
await conversation.accepted({ within: 20000 });
say('service', 'the bot was rung and accepted');

if (process.stdin.isTTY) await converse();
else await play();

bot.kill('SIGTERM');
const [code] = await botEnded;
await simulator.close();
say('service', 'the bot has ended, and so has the stand-in');
process.exitCode = code ?? 1;

async function hear() {
  const { event } = await conversation.next();
  say('bot', event.message);
}

async function play() {
  await hear();
  for (const line of SCRIPT.slice(1)) {
    say('consumer', line);
    await conversation.says(line);
    if (line !== '#close') await hear();
  }
  await conversation.closed();
  say('service', 'the bot has closed the conversation');
}

async function converse() {
  await hear();
  const lines = readline.createInterface({ input: process.stdin, output: process.stdout, prompt: '      you │ ' });
  say('service', 'type to talk to the bot; #close ends the conversation');
  lines.prompt();
  for await (const line of lines) {
    if (line.trim() === '') {
      lines.prompt();
      continue;
    }
    await conversation.says(line);
    if (line === '#close') break;
    await hear();
    lines.prompt();
  }
  lines.close();
  if (conversation.details.state !== 'CLOSE') await conversation.closes();
  else await conversation.closed();
  say('service', 'the conversation is closed');
}
