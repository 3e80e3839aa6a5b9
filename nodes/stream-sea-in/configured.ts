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
  readonly wanted: readonly Wanted[];
  /** Names one more, once the flows have started. */
  readonly later?: Value;
  readonly problem?: StreamSeaError;
}

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
    if (!setting.atOnce) return { delivery, wanted: further, later: setting };
    const stream = nameOf(setting.read({}));
    if (stream !== undefined) return { delivery, wanted: [{ stream, delivery }, ...further] };
    // What is to be looked up has to be there.
    if (setting.type === 'env') return { delivery, wanted: [], problem: noStream(setting, t) };
    if (controlled || further.length > 0) return { delivery, wanted: further };
    return { delivery, wanted: [], problem: settingError(t, 'error.noStreamSet') };
  } catch (error) {
    if (!(error instanceof StreamSeaError)) throw error;
    return { delivery, wanted: [], problem: error };
  }
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
