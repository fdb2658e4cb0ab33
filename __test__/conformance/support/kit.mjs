// What the bot of a case has at hand. All that happens is written down as lines, in order.

import { normaliser, show } from './show.mjs';
import { omit } from './usual.mjs';

const DEADLINE = 8000;
/** The type of the notification that sync() pushes; it is not written down. */
const MARK = 'conformance.mark';

export class Kit {
  client = [];
  /** The first agent made, which most functions mean. */
  first = null;

  #agents = [];
  #counts = new Map();
  #checks = new Set();
  #marks = 0;
  #from = 0;
  #isOver = false;

  constructor({ Agent, service, ca }) {
    this.Agent = Agent;
    this.service = service;
    this.ca = ca;
    this.tidy = normaliser(service.port);
    service.watch(() => this.#changed());
  }

  /** The usual options. */
  conf(extra = {}) {
    const { domain } = this.service;
    const login = { accountId: '777', username: 'bot', password: 'secret' };
    return { ...login, csdsDomain: domain, ca: this.ca, refreshSessionToken: false, ...extra };
  }

  /** Options with a ready token. */
  token(extra = {}) {
    return { ...omit(this.conf(), 'username', 'password'), token: 'ready', userId: '2001', ...extra };
  }

  /**
   * An agent that is watched. `isBare`: an `error` that nobody listens to throws, as ever.
   *
   * @param {object} [extra] options, or all of them if there are accountId and ca among them
   */
  agent(extra = {}, { Class = (Base) => Base, isBare = false, name = '' } = {}) {
    const kit = this;
    const Watched = class extends Class(this.Agent) {
      emit(event, ...args) {
        kit.#heard(this, name, event, args);
        return super.emit(event, ...args);
      }
    };
    const agent = new Watched('ca' in extra && 'accountId' in extra ? extra : this.conf(extra));
    if (!isBare) agent.on('error', () => {});
    this.#agents.push(agent);
    this.first ??= agent;
    return agent;
  }

  #heard(agent, name, event, args) {
    if (event === MARK || (event === 'notification' && args[0]?.type === MARK)) {
      if (event === MARK) this.#count(MARK);
      return;
    }
    this.write(`${name}${String(event)}`, ...args);
    this.#count(`${name}${String(event)}`);
  }

  write(label, ...values) {
    if (!this.#isOver) this.client.push(this.tidy([label, ...values.map((value) => show(value))].join(' ')));
  }

  // ---- what the bot does

  /** A callback: `name ← arguments`. */
  cb(name) {
    return (...args) => {
      this.write(`${name} ←`, ...args);
      this.#count(`${name} ←`);
    };
  }

  /** What a call returns or throws. */
  call(name, work) {
    let value;
    try {
      value = work();
    } catch (error) {
      this.write(`${name} throws`, error);
      return undefined;
    }
    this.write(`${name} returns`, value);
    return value;
  }

  /** How a promise ends. */
  async settles(name, promise) {
    await this.#within(`${name} to be settled`, promise).then(
      (value) => this.write(`${name} resolves`, value),
      (error) => this.write(`${name} rejects`, error),
    );
  }

  /** Something the bot looks at. */
  note(name, ...values) {
    this.write(name, ...values);
  }

  // ---- waits, each with a deadline

  /** The n-th event of that name since the case began. */
  event(name, n = 1) {
    return this.until(`event ${name} (${n})`, () => this.count(name) >= n);
  }

  called(name, n = 1) {
    return this.event(`${name} ←`, n);
  }

  /** The service has had n calls of a step, upgrades (`upgrade`) or `frame`s. */
  arrived(step, n = 1) {
    return this.until(`${step} to arrive (${n})`, () => this.service.calls(step).length >= n);
  }

  count(name) {
    return this.#counts.get(name) ?? 0;
  }

  async until(what, test) {
    if (test()) return;
    let check;
    const happened = new Promise((resolve) => {
      check = () => test() && resolve();
      this.#checks.add(check);
    });
    await this.#within(what, happened).finally(() => this.#checks.delete(check));
  }

  async #within(what, promise) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), DEADLINE);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }

  /** Afterwards everything that the service has sent so far has been handled. */
  async sync() {
    this.service.push({ kind: 'notification', type: MARK, body: null });
    this.#marks += 1;
    const marks = this.#marks;
    await this.until('what was pushed to be handled', () => this.count(MARK) >= marks);
  }

  /** Long enough for what is under way in this process to come out; after a sync() that is all there is. */
  async quiet() {
    const isOpen = this.#agents.some((agent) => agent.connected);
    if (isOpen && this.service.sockets.some((one) => one.ws && !one.isOver)) await this.sync();
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  }

  /** For what must not happen: there is nothing to wait for, so a while has to do. */
  async nothingFor(ms) {
    await new Promise((resolve) => setTimeout(resolve, ms));
  }

  // ---- the record

  /** What was received, in lines; pings and ends of sockets only where a case asks for them. */
  get server() {
    return this.serverWith();
  }

  serverWith(...more) {
    const steps = ['csds', 'login', 'refresh', 'other', 'upgrade', 'frame', ...more];
    const entries = this.service.log.slice(this.#from).filter(({ step }) => steps.includes(step));
    return entries.map((entry) => this.tidy(this.#line(entry)));
  }

  #line({ step, what, host, path, headers, body, text, isBinary, code, reason }) {
    if (step === 'frame') return `${isBinary ? 'BINARY' : 'FRAME'} ${text}`;
    if (step === 'close') return `CLOSE ${code} ${JSON.stringify(reason)}`;
    if (what === undefined) return step.toUpperCase();
    const where = host === this.service.domain ? path : `${host}${path}`;
    const cookie = headers.cookie === undefined ? '' : ` cookie: ${headers.cookie}`;
    return `${what} ${where}${body ? ` ${body}` : ''}${cookie}`;
  }

  /** The case begins here. */
  forget() {
    this.client.length = 0;
    this.#from = this.service.log.length;
  }

  dispose() {
    this.#isOver = true;
    for (const agent of this.#agents) agent.dispose();
  }

  #count(name) {
    this.#counts.set(name, this.count(name) + 1);
    this.#changed();
  }

  #changed() {
    for (const check of [...this.#checks]) check();
  }
}
