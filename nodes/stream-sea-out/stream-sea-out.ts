/** `stream-sea-out`: publishes `msg.payload`; done once the server has answered. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { PayloadError } from '../../src/index';
import { translator } from '../shared/catalogue';
import { onInput } from '../shared/input';
import { ServerLease } from '../shared/lease';
import { Properties } from '../shared/properties';
import { StatusLine } from '../shared/status';
import { streamOf } from '../shared/stream';
import { OUT_DEFAULTS, VALIDATE } from './stream-sea-out.config';

export = (RED: NodeAPI): void => {
  const t = translator(RED);

  function OutNode(this: Node, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const properties = new Properties(RED, this, { ...saved }, OUT_DEFAULTS);
    const stream = properties.text('stream');
    const options = { check: properties.choice('validate', VALIDATE), batch: properties.flag('batch') };
    const lease = new ServerLease(RED, properties.text('server'), properties.problem);
    const status = new StatusLine(this, lease, { t, queue: true });

    onInput(this, t, (message) => {
      const { client, traffic } = lease;
      const target = streamOf(stream, message, t);
      const { payload } = message;
      if (payload === undefined) throw new PayloadError(t('error.noPayload'));
      const messages: readonly unknown[] = Array.isArray(payload) ? payload : [payload];
      const meter = traffic.meter(target);
      if (messages.length > 0) meter.offered(messages.at(-1));
      const published = Array.isArray(payload)
        ? client.publishAll(target, messages, options)
        : client.publish(target, payload, options);
      return published.then(
        () => meter.published(messages.length),
        (error: unknown) => {
          meter.failed(error);
          throw error;
        },
      );
    });

    this.on('close', () => {
      status.close();
      lease.release();
    });
  }

  RED.nodes.registerType('stream-sea-out', OutNode);
};
