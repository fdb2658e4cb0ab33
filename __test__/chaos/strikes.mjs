// What befalls a bot. Each strike takes the lane it falls on, may wait for the outage to be over, and says by `logins`
// how many logins it may cost: as many as the service's rules ask for (LivePerson: close codes, retry policy).

/** Ms a hung answer takes; the bots of this SDK wait for 500. */
const HANG = 1500;

const CUT = { cut: true };
const HTTP_FAULTS = [{ status: 500 }, CUT, { truncate: true }, { late: HANG }];
const UPGRADE_FAULTS = [{ status: 502 }, CUT, { raw: 'HTTP/1.1 101\r\n\r\n' }, { hang: true }, { stalls: true }];
/** A subscription that is refused for good is given up, as it should be. */
const PUBLISH = { type: '.ams.ms.PublishEvent' };
const REQUEST_FAULTS = [
  ...[{ hang: true }, { late: 30 }, { doubled: true }, { unknown: true }, { reordered: true }, { garbage: '{"kind":' }],
  ...[{ ...PUBLISH, code: 400 }, { code: 429 }, { code: 500 }, CUT, { ...CUT, before: true }, { closes: 1000 }],
];
const KEEPING = [1000, 1001, 1005, 1012, 3000, 4410];
const RENEWING = [1008, 1011, 4401, 4407];

/** The longest time that a service is down, in ms. */
const OUTAGE = 150;
const FLOOD = 2000;
/** RFC 6455 section 5.2: nobody may set them. */
const RESERVED_BITS = 0x70;

// What is random is drawn first, whatever has become of the connection: one strike must not change what the seed says of
// the next.
const closing = (codes) => (lane) => {
  const code = lane.pick(codes);
  lane.connection?.closes(code);
};

export const STRIKES = {
  /** The connection is gone without a close frame. */
  drop: { weight: 3, falls: (lane) => lane.connection?.cuts() },

  /** The service closes, and the token stays good. */
  close: { weight: 2, falls: closing(KEEPING) },

  /** The service closes, and wants a new token. */
  expire: { weight: 2, logins: 1, falls: closing(RENEWING) },

  /** The token is revoked; the service has been seen to say so by 1006 too. */
  revoke: {
    weight: 2,
    logins: 1,
    falls: (lane) => lane.scripted.losesToken({ closes: lane.pick([4401, 4407, 1006]) }),
  },

  /** Half-open: the service neither reads nor writes, and does not say so. */
  stall: {
    weight: 1,
    falls(lane) {
      const { connection } = lane;
      connection?.stalls();
      lane.afterwards(() => connection?.cuts());
    },
  },

  /** Bytes that are no WebSocket frame. */
  corrupt: {
    weight: 1,
    falls(lane) {
      const bytes = Array.from({ length: 40 }, () => lane.below(256) | RESERVED_BITS);
      lane.connection?.writes(Buffer.from(bytes));
    },
  },

  /** Messages that mean nothing. */
  babble: {
    weight: 1,
    falls(lane) {
      for (const text of ['{"kind":', '', '[]', 'null', '{"kind":"resp"}']) lane.connection?.push(text);
    },
  },

  /** The token is revoked, and the next logins fail. */
  refuseLogin: {
    weight: 1,
    logins: 4,
    falls(lane) {
      lane.fails('login', lane.pick(HTTP_FAULTS), 1 + lane.below(2));
      lane.scripted.losesToken({ closes: 4401 });
    },
  },

  /** The token is revoked, and the domain look-up fails. */
  refuseLookUp: {
    weight: 1,
    logins: 2,
    falls(lane) {
      lane.fails('csds', lane.pick(HTTP_FAULTS), 1 + lane.below(2));
      lane.scripted.losesToken({ closes: 4401 });
    },
  },

  /** The connection is gone, and the next ones cannot be opened. */
  refuseUpgrade: {
    weight: 2,
    falls(lane) {
      lane.fails('upgrade', lane.pick(UPGRADE_FAULTS), 1 + lane.below(3));
      lane.connection?.cuts();
    },
  },

  /** The service goes away for all, and comes back. */
  restart: { weight: 0.3, loginsOfEach: 2, falls: (lane) => lane.restartService(lane.below(OUTAGE)) },

  /** The next requests go wrong, one way or other. */
  spoilRequests: { weight: 3, falls: (lane) => lane.fails('request', lane.pick(REQUEST_FAULTS), 1 + lane.below(3)) },

  /** A message gets lost; what is said later shows it. */
  lose: {
    weight: 0.5,
    isOverSoon: true,
    falls: (lane) =>
      lane.fails('notification', { lost: true, type: '.ams.ms.OnlineEventDistribution' }, 1 + lane.below(2)),
  },

  /** A notification comes twice. */
  repeat: { weight: 1, falls: (lane) => lane.fails('notification', { doubled: true }, 1 + lane.below(3)) },

  /** More notifications than anybody can read at once; sometimes the connection goes with them. */
  flood: {
    weight: 0.5,
    falls(lane) {
      const { connection } = lane;
      const isTooMuch = lane.below(4) === 0;
      for (let number = 0; number < FLOOD; number++) {
        connection?.push({ kind: 'notification', type: 'chaos.flood', body: { number } });
      }
      if (isTooMuch) connection?.cuts();
    },
  },
};

const ALL = Object.entries(STRIKES);
const WEIGHT = ALL.reduce((sum, [, { weight }]) => sum + weight, 0);

/** @param {number} chance from 0 to 1 @returns {string} */
export function strikeAt(chance) {
  let rest = chance * WEIGHT;
  return (ALL.find(([, { weight }]) => (rest -= weight) < 0) ?? ALL.at(-1))[0];
}
