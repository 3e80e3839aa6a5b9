/** What a message may ask of a `stream-sea-in` node that has an input, in the manner of the core MQTT nodes. */

import { type Delivery, SettingError } from '../../src/index';
import { brief, type Translate } from '../shared/catalogue';
import type { IncomingMessage } from '../shared/message/input';
import { nameOf } from '../shared/message/stream-name';
import { DELIVERY } from './stream-sea-in.config';

export interface Wanted {
  stream: string;
  delivery: Delivery;
}

export type Control =
  | { action: 'connect' | 'disconnect' | 'subscriptions' | 'unsubscribeAll' | 'queue' | 'purge' }
  /** To be checked by the server node. */
  | { action: 'credentials'; given: unknown }
  | { action: 'subscribe'; wanted: Wanted[] }
  | { action: 'unsubscribe'; streams: string[] };

/** As a mistake names them. */
const ACTIONS = [
  ...['connect', 'disconnect', 'subscribe', 'unsubscribe', 'subscriptions'],
  ...['queue', 'purge', 'credentials'],
];

/**
 * Reads `msg.action` and, for (un)subscribe, the streams in `msg.topic`: a name, or a list of names and of
 * objects `{topic, delivery, group}`; `true` unsubscribes from all.
 *
 * @throws SettingError with a sentence for whoever wired the message.
 */
export function parseControl(message: IncomingMessage, fallback: Delivery, t: Translate): Control {
  const { action } = message;
  const topic: unknown = message.topic;
  switch (action) {
    case 'connect':
    case 'disconnect':
    case 'subscriptions':
    case 'queue':
    case 'purge':
      return { action };
    case 'credentials':
      return { action, given: message.payload };
    // The core MQTT node's word for it, which fingers remember.
    case 'getSubscriptions':
      return { action: 'subscriptions' };
    case 'subscribe':
      return { action, wanted: list(topic, t).map((item) => parseWanted(item, message, fallback, t)) };
    case 'unsubscribe':
      if (topic === true) return { action: 'unsubscribeAll' };
      return {
        action,
        streams: list(topic, t).map((item) => parseWanted(item, message, fallback, t).stream),
      };
    default:
      throw new SettingError(t('error.badAction', { action: brief(action), actions: ACTIONS.join(', ') }));
  }
}

/** @throws SettingError for a named group without a name. */
export function deliveryOf(type: Delivery['type'], group: string, t: Translate): Delivery {
  if (type !== 'group') return { type };
  if (group === '') throw new SettingError(t('error.noGroup'));
  return { type, group };
}

function list(topic: unknown, t: Translate): unknown[] {
  // With its holes, which `map` would leave as they are.
  const items: unknown[] = Array.isArray(topic) ? Array.from(topic) : [topic];
  if (items.length === 0) throw new SettingError(t('error.noStream'));
  return items;
}

function parseWanted(item: unknown, message: object, fallback: Delivery, t: Translate): Wanted {
  const options: object = typeof item === 'object' && item !== null ? item : message;
  const name = nameOf(typeof item === 'object' ? property(options, 'topic') : item);
  if (name === undefined) throw new SettingError(t('error.noStream'));
  const type = property(options, 'delivery');
  const group = property(options, 'group');
  if (type === undefined && group === undefined) return { stream: name, delivery: fallback };
  const known = type === undefined ? 'group' : DELIVERY.find((delivery) => delivery === type);
  if (known === undefined) throw new SettingError(t('error.badDelivery', { delivery: brief(type) }));
  return { stream: name, delivery: deliveryOf(known, typeof group === 'string' ? group : '', t) };
}

function property(holder: object, name: string): unknown {
  return Object.hasOwn(holder, name) ? Reflect.get(holder, name) : undefined;
}
