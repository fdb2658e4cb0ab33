// What happens in nearly every case.

import { NOW } from './show.mjs';

export const success = (location) => ['success', { location }];
export const CONNECTED = ['connected', { connected: true, ts: NOW }];
export const CONNECTS = [success('Connect#CSDS'), success('Connect#Login'), CONNECTED];

export const LOOK_UP = 'GET /api/account/777/service/baseURI.json?version=1.0';
export const LOGIN = 'POST /api/account/777/login?v=1.3 {"username":"bot","password":"secret"}';
export const upgrade = (token, query = '?v=2.1') => `UPGRADE /ws_api/account/777/messaging/brand/${token}${query}`;
export const ARRIVES = [LOOK_UP, LOGIN, upgrade('bearer-1')];

/** A copy without some of its fields. */
export function omit(object, ...names) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
