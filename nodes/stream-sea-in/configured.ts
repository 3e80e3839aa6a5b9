/** What a `stream-sea-in` node is set to subscribe to: its stream, and the list of further ones. */

import { type Delivery, StreamSeaError } from '../../src/index';
import { settingError, type Translate } from '../shared/catalogue';
import { noStream } from '../shared/message/stream';
import { nameOf } from '../shared/message/stream-name';
import { typedValue, type Value } from '../shared/message/value';
import type { Properties } from '../shared/properties';
import { deliveryOf, type Wanted } from './control';
import { DELIVERY, IN_STREAM_TYPES, type InConfig } from './stream-sea-in.config';

export interface Configured {
  /** Of the node's stream, and of those that messages ask for and say no other. */
  readonly delivery: Delivery;
  /** Each stream once. */
  readonly wanted: readonly Wanted[];
  /** Those that are named more than once, with different deliveries, as they hold. */
  readonly contradicted: readonly Wanted[];
  /** Names one more, once the flows have started. */
  readonly later?: Value;
  readonly problem?: StreamSeaError;
}

const NOTHING = { wanted: [], contradicted: [] };

/** @param controlled the node may be set to nothing, as messages tell it. */
export function readConfigured(
  properties: Properties<InConfig>,
  controlled: boolean,
  t: Translate,
): Configured {
  let delivery: Delivery = { type: 'every' };
  try {
    const setting = typedValue(properties, 'stream', properties.choice('streamType', IN_STREAM_TYPES));
    const type = properties.choice('delivery', DELIVERY);
    delivery = deliveryOf(type, type === 'group' ? properties.text('group') : '', t);
    const further = properties
      .items('streams')
      .flatMap((item, index) => furtherOne(item, index, properties, t));
    if (!setting.atOnce) return { delivery, ...settled(further), later: setting };
    const stream = nameOf(setting.read({}));
    if (stream !== undefined) return { delivery, ...settled([{ stream, delivery }, ...further]) };
    // What is to be looked up has to be there.
    if (setting.type === 'env') return { delivery, ...NOTHING, problem: noStream(setting, t) };
    if (controlled || further.length > 0) return { delivery, ...settled(further) };
    return { delivery, ...NOTHING, problem: settingError(t, 'error.noStreamSet') };
  } catch (error) {
    if (!(error instanceof StreamSeaError)) throw error;
    return { delivery, ...NOTHING, problem: error };
  }
}

/** What is named last holds, as it is with messages that subscribe. */
function settled(named: readonly Wanted[]): Pick<Configured, 'wanted' | 'contradicted'> {
  const wanted = new Map<string, Wanted>();
  const contradicted = new Set<string>();
  for (const each of named) {
    const before = wanted.get(each.stream);
    if (before !== undefined && wordOf(before.delivery) !== wordOf(each.delivery))
      contradicted.add(each.stream);
    wanted.set(each.stream, each);
  }
  const all = [...wanted.values()];
  return { wanted: all, contradicted: all.filter(({ stream }) => contradicted.has(stream)) };
}

/** As it is saved; the same for the same one only. */
export function wordOf(delivery: Delivery): string {
  return delivery.type === 'group' ? `group ${delivery.group}` : delivery.type;
}

/** A name, or `{stream, delivery, group}`; nothing for a line that is left blank. */
function furtherOne(item: unknown, index: number, properties: Properties<InConfig>, t: Translate): Wanted[] {
  const { stream, delivery, group }: Record<string, unknown> =
    typeof item === 'object' && item !== null ? { ...item } : { stream: item };
  const read = (value: unknown, key: string) => properties.nameIn('streams', value, [index, key]);
  const name = read(stream ?? item, 'stream');
  if (name === undefined) return [];
  const given = delivery === undefined ? 'every' : read(delivery, 'delivery');
  const type = DELIVERY.find((each) => each === given);
  if (type === undefined) properties.doubt('streams', given, [index, 'delivery']);
  const itsGroup = type === 'group' ? (read(group, 'group') ?? '') : '';
  return [{ stream: name, delivery: deliveryOf(type ?? 'every', itsGroup, t) }];
}
