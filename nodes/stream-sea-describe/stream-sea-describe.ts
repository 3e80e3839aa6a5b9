/** `stream-sea-describe`: answers with a stream's schema definition, `null` for a stream that does not exist. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { translator } from '../shared/catalogue';
import { Deploys } from '../shared/deploys';
import { ServerLease } from '../shared/lease';
import { onInput } from '../shared/message/input';
import { streamOf } from '../shared/message/stream';
import { typedValue } from '../shared/message/value';
import { STREAM_TYPES } from '../shared/message/value.config';
import { Properties } from '../shared/properties';
import { StatusLine } from '../shared/status';
import { DESCRIBE_DEFAULTS } from './stream-sea-describe.config';

export = (RED: NodeAPI): void => {
  const t = translator(RED);
  const deploys = new Deploys(RED);

  function DescribeNode(this: Node, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const properties = new Properties(RED, this, { ...saved }, DESCRIBE_DEFAULTS);
    const stream = typedValue(properties, 'stream', properties.choice('streamType', STREAM_TYPES));
    const lease = new ServerLease(properties, deploys);
    new StatusLine(lease);

    onInput(lease, [stream], async (message, [name], send) => {
      message.payload = await lease.client.describe(streamOf(stream, name, message, t));
      send(message);
    });
  }

  RED.nodes.registerType('stream-sea-describe', DescribeNode);
};
