/** The texts that all nodes share; they stand in the server node's catalogue. */

import type { NodeAPI } from 'node-red';
import { messageOf, withText } from '../../src/errors';
import { SettingError } from '../../src/index';
import { fillIn, type Values } from './wire/sentence';

const NAMESPACE = '@stream-sea/node-red/stream-sea-server';

export type Translate = (key: string, values?: Values) => string;

/** Texts in the language of the server; keys as `error.noStream`. A gap without a value stays as it is. */
export function translator(RED: NodeAPI): Translate {
  const asTheyAre = new Map<string, string>();
  const read = (key: string, values?: Values): string =>
    fillIn((options) => RED._(`${NAMESPACE}:${key}`, options), values);
  return (key, values) => {
    if (values !== undefined) return read(key, values);
    // Node-RED takes long to find one, and an error has several: where every message fails, that is felt.
    const text = asTheyAre.get(key) ?? read(key);
    if (text !== key) asTheyAre.set(key, text);
    return text;
  };
}

/** A mistake in what somebody filled in or sent; whoever sees it in an editor may read another language. */
export function settingError(t: Translate, key: string, values: Values = {}): SettingError {
  return new SettingError(t(key, values), { sentence: { key, values } });
}

/** Of what others give for a gap: it may be, or have in it, a whole message. */
const LONGEST_GIVEN = 300;

/** Anything, within a sentence. */
export function brief(given: unknown): string {
  const text = messageOf(given);
  return text.length > LONGEST_GIVEN ? `${text.slice(0, LONGEST_GIVEN - 1)}…` : text;
}

/** The same for what somebody else's code makes of it, whose reason comes along. JSONata throws no `Error`s. */
export function because(t: Translate, key: string, given: Values, thrown: unknown): SettingError {
  let reason: unknown = thrown;
  let cause: unknown;
  try {
    const own = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'message') : undefined;
    if (typeof own === 'string') reason = own;
    // A function node's own errors are of another realm, and no `Error`s here: they have a text.
    const hasText = typeof thrown !== 'object' || String(thrown) !== '[object Object]';
    cause = hasText ? thrown : withText({ ...thrown }, brief(reason));
  } catch (unread) {
    // Whoever gets the error is to be able to read it: what cannot be is no cause.
    if (reason === thrown) reason = unread;
  }
  const values = { ...given, reason: brief(reason) };
  return new SettingError(t(key, values), { sentence: { key, values }, cause });
}
