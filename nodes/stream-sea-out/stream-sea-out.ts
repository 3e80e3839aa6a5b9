/** `stream-sea-out`: publishes what comes; done once the server has answered. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { PayloadError, type Publication, type StreamSeaError } from '../../src/index';
import { translator } from '../shared/catalogue';
import { Deploys } from '../shared/deploys';
import { ServerLease } from '../shared/lease';
import type { StreamMeter } from '../shared/looks/stream-meter';
import { type Incoming, onMessage } from '../shared/message/input';
import { streamOf } from '../shared/message/stream';
import { nameOf } from '../shared/message/stream-name';
import { typedValue } from '../shared/message/value';
import { PAYLOAD_TYPES, STREAM_TYPES } from '../shared/message/value.config';
import { Properties } from '../shared/properties';
import { StatusLine } from '../shared/status';
import { NamedStreams } from './named-streams';
import { asField } from './plain-value.config';
import { OUT_DEFAULTS, VALIDATE } from './stream-sea-out.config';
import { WaitingCount } from './waiting-count';

/** The messages of one `msg` on their way out. */
class Outgoing implements Publication {
  readonly #incoming: Incoming;
  readonly #count: number;
  readonly #waitingCount: WaitingCount;
  readonly #since: number;
  readonly #meter: StreamMeter;

  constructor(incoming: Incoming, count: number, waitingCount: WaitingCount, meter: StreamMeter) {
    this.#incoming = incoming;
    this.#count = count;
    this.#waitingCount = waitingCount;
    this.#since = waitingCount.begin(count);
    this.#meter = meter;
  }

  ended(error?: StreamSeaError): void {
    this.#waitingCount.end(this.#count, this.#since);
    // Of a list, the others got through.
    this.#meter.published(error === undefined ? this.#count : this.#count - (error.failed ?? this.#count));
    if (error === undefined) {
      this.#incoming.done();
    } else {
      this.#meter.failed(error);
      this.#incoming.fail(error);
    }
  }
}

/** As the core's MQTT nodes have them. What asks for one is not published. */
function isCommand(action: unknown): action is 'connect' | 'disconnect' {
  return action === 'connect' || action === 'disconnect';
}

export = (RED: NodeAPI): void => {
  const t = translator(RED);
  const deploys = new Deploys(RED);

  function OutNode(this: Node, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const properties = new Properties(RED, this, { ...saved }, OUT_DEFAULTS);
    const stream = typedValue(properties, 'stream', properties.choice('streamType', STREAM_TYPES));
    const content = typedValue(properties, 'payload', properties.choice('payloadType', PAYLOAD_TYPES));
    const field = properties.text('field');
    const decimalComma = properties.flag('decimalComma');
    const options = { check: properties.choice('validate', VALIDATE), batch: properties.flag('batch') };
    const lease = new ServerLease(properties, deploys);
    const waitingCount = new WaitingCount(
      () => status.update(),
      () => lease.sea?.client.state.name === 'ready' && lease.sea.client.sending.name === 'flowing',
    );
    const own = stream.type === 'str' || stream.type === 'env' ? nameOf(stream.read({})) : undefined;
    const named = new NamedStreams(() => status.update());
    const streams = own === undefined ? named.names : new Set([own]);
    const status = new StatusLine(lease, () => ({ waiting: waitingCount.waiting, streams }));

    onMessage(
      lease,
      [stream, content],
      (incoming, [name, given]) => {
        const { client, traffic } = lease.running;
        const { message } = incoming;
        if (isCommand(message.action)) {
          client[message.action]();
          incoming.done();
          return;
        }
        const target = streamOf(stream, name, message, t);
        if (own === undefined) named.add(target);
        if (given === undefined) throw new PayloadError(t('error.noPayload', { source: content.source }));
        const payload = asField(given, field, decimalComma);
        const meter = traffic.meter(target);
        if (Array.isArray(payload)) {
          const publication = new Outgoing(incoming, payload.length, waitingCount, meter);
          if (payload.length > 0) meter.offered(payload.at(-1));
          client.publishAll(target, payload, options).then(
            () => publication.ended(),
            (error: StreamSeaError) => publication.ended(error),
          );
        } else {
          meter.offered(payload);
          const publication = new Outgoing(incoming, 1, waitingCount, meter);
          try {
            client.offer(target, payload, publication, options);
          } catch (error) {
            publication.ended(error as StreamSeaError);
          }
        }
      },
      ({ action }) => isCommand(action),
    );

    this.on('close', () => waitingCount.close());
  }

  RED.nodes.registerType('stream-sea-out', OutNode);
};
