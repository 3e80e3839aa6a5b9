/** `stream-sea-describe`: answers with a stream's schema definition, `null` for a stream that does not exist. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { translator } from '../shared/catalogue';
import { onInput } from '../shared/input';
import { ServerLease } from '../shared/lease';
import { Properties } from '../shared/properties';
import { StatusLine } from '../shared/status';
import { streamOf } from '../shared/stream';
import { DESCRIBE_DEFAULTS } from './stream-sea-describe.config';

export = (RED: NodeAPI): void => {
  const t = translator(RED);

  function DescribeNode(this: Node, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const properties = new Properties(RED, this, { ...saved }, DESCRIBE_DEFAULTS);
    const stream = properties.text('stream');
    const lease = new ServerLease(RED, properties.text('server'), properties.problem);
    const status = new StatusLine(this, lease, { t });

    onInput(this, t, async (message, send) => {
      message.payload = await lease.client.describe(streamOf(stream, message, t));
      send(message);
    });

    this.on('close', () => {
      status.close();
      lease.release();
    });
  }

  RED.nodes.registerType('stream-sea-describe', DescribeNode);
};
