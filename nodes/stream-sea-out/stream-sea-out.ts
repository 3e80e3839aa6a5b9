/** `stream-sea-out`: publishes `msg.payload`; done once the server has answered. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { PayloadError } from '../../src/index';
import { translator } from '../shared/catalogue';
import { onMessage } from '../shared/input';
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

    onMessage(this, t, (message, finish) => {
      const { client, traffic } = lease;
      const target = streamOf(stream, message, t);
      const { payload } = message;
      if (payload === undefined) throw new PayloadError(t('error.noPayload'));
      const list: readonly unknown[] | undefined = Array.isArray(payload) ? payload : undefined;
      const count = list?.length ?? 1;
      const meter = traffic.meter(target);
      if (count > 0) meter.offered(list === undefined ? payload : list.at(-1));
      const ended = (error?: unknown): void => {
        if (error === undefined) meter.published(count);
        else meter.failed(error);
        finish(error);
      };
      if (list === undefined) client.offer(target, payload, options, ended);
      else client.publishAll(target, list, options).then(() => ended(), ended);
    });

    this.on('close', () => {
      status.close();
      lease.release();
    });
  }

  RED.nodes.registerType('stream-sea-out', OutNode);
};
