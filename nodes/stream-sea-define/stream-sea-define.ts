/** `stream-sea-define`: writes a stream's schema definition and answers with what it wrote. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SchemaError, tidyJson } from '../../src/index';
import { translator } from '../shared/catalogue';
import { Deploys } from '../shared/deploys';
import { onInput } from '../shared/input';
import { ServerLease } from '../shared/lease';
import { Properties } from '../shared/properties';
import { StatusLine } from '../shared/status';
import { DEFINE_DEFAULTS } from './stream-sea-define.config';

export = (RED: NodeAPI): void => {
  const t = translator(RED);
  const deploys = new Deploys(RED);

  function DefineNode(this: Node, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const properties = new Properties(RED, this, { ...saved }, DEFINE_DEFAULTS);
    const stream = properties.text('stream');
    const schema = properties.text('schema');
    const server = properties.text('server');
    const lease = new ServerLease(RED, this, deploys, server, properties.problem);
    new StatusLine(this, lease, deploys, t);

    onInput(this, lease, t, async (message, send) => {
      const definition = parseSchema(schema === '' ? message.payload : schema);
      message.payload = await lease.client.define(definition, streamFor(definition, message.topic));
      send(message);
    });

    /** The node's stream, else `msg.topic`, else the definition's own name. */
    function streamFor(definition: unknown, topic: unknown): string | undefined {
      if (stream !== '') return stream;
      const ownName = typeof definition === 'object' && definition !== null && 'name' in definition;
      // A topic is often left over from an inject node: a definition that names its stream knows better.
      return !ownName && typeof topic === 'string' && topic !== '' ? topic : undefined;
    }
  }

  function parseSchema(schema: unknown): unknown {
    if (schema === undefined || schema === '') throw new SchemaError(t('error.noDefinition'));
    if (typeof schema !== 'string') return schema;
    try {
      return JSON.parse(tidyJson(schema));
    } catch (error) {
      throw new SchemaError(t('error.badJson', { reason: error instanceof Error ? error.message : '' }));
    }
  }

  RED.nodes.registerType('stream-sea-define', DefineNode);
};
