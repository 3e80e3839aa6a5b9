/** What a typed field of a dialog stands for: read of each message, by what Node-RED's own nodes read it with. */

import type { NodeMessage } from 'node-red';
import { because, type Translate, translator } from '../catalogue';
import type { Properties } from '../properties';
import type { Values } from '../wire/sentence';
import { CONTEXT_STORE, type PayloadType } from './value.config';

/** Of an expression, in a sentence about it. */
const LONGEST_SOURCE = 60;

export class Value {
  readonly type: PayloadType;
  /** As people write it: `msg.payload`, `$SITE`. */
  readonly source: string;
  /** Whether it is there at once: what is read of a message is then no promise. */
  readonly atOnce: boolean;
  readonly #read: (message: NodeMessage) => unknown;

  constructor(type: PayloadType, source: string, read: (message: NodeMessage) => unknown) {
    this.type = type;
    this.source = source.length > LONGEST_SOURCE ? `${source.slice(0, LONGEST_SOURCE - 1)}…` : source;
    this.atOnce = type !== 'flow' && type !== 'global' && type !== 'jsonata';
    this.#read = read;
  }

  /** The value, or a promise of it. @throws SettingError that says why there is none. */
  read(message: NodeMessage): unknown {
    return this.#read(message);
  }
}

/** What the property `name` stands for, of the kind in `typeName`. What is wrong with it is the properties' problem. */
export function typedValue<Saved extends object>(
  properties: Properties<Saved>,
  name: keyof Saved & string,
  type: PayloadType,
): Value {
  const { RED, node } = properties;
  const t = translator(RED);
  switch (type) {
    case 'str': {
      const text = properties.text(name);
      // In what is published, blanks at the ends are meant.
      const given = properties.resolve(name, properties.saved[name]);
      return new Value(type, text, () => (typeof given === 'string' ? given : text));
    }
    case 'env': {
      const { variable, value } = properties.variable(name);
      return new Value(type, `$${variable}`, () => value);
    }
    case 'json': {
      const text = properties.text(name);
      const value = properties.attempt('error.badValue', name, () => JSON.parse(text) as unknown);
      return new Value(type, text, () => value);
    }
    case 'msg': {
      // A stream's default is blank: the message's topic.
      const path = (properties.text(name) || String(properties.defaults[name]) || 'topic').replace(
        /^msg\./,
        '',
      );
      const source = `msg.${path}`;
      // Of the message itself, as nearly always: looking up a path takes as long as all the rest.
      if (/^[A-Za-z_]\w*$/.test(path))
        return new Value(type, source, (message) => (message as Readonly<Record<string, unknown>>)[path]);
      return new Value(type, source, (message) =>
        tried(t, 'error.unread', { source }, () => RED.util.getMessageProperty(message, path) as unknown),
      );
    }
    case 'flow':
    case 'global': {
      const key = properties.text(name);
      const source = `${type}.${key.replace(CONTEXT_STORE, '')}`;
      return new Value(type, source, (message) =>
        promised(t, 'error.unread', { source }, (told) => {
          RED.util.evaluateNodeProperty(key, type, node, message, told);
        }),
      );
    }
    case 'jsonata':
      return expression(properties, name, t);
  }
}

/** No variable is put into it: `${` may be part of an expression, which has `$env()` for them. */
function expression<Saved extends object>(
  properties: Properties<Saved>,
  name: keyof Saved & string,
  t: Translate,
): Value {
  const { RED, node } = properties;
  const text = String(properties.saved[name] ?? '');
  const prepared = properties.attempt('error.expression', name, () =>
    RED.util.prepareJSONataExpression(text, node),
  );
  return new Value('jsonata', text, (message) =>
    promised(t, 'error.expression', { property: name }, (told) => {
      // Then the node has a problem, of which each message is told.
      if (prepared === undefined) told(null);
      else RED.util.evaluateJSONataExpression(prepared, message, told);
    }),
  );
}

type Told = (error: Error | null, value?: unknown) => void;

/** A promise is settled once, however often it is called back: JSONata does it twice where that fails. */
function promised(t: Translate, key: string, values: Values, ask: (told: Told) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = (thrown: unknown): void => reject(because(t, key, values, thrown));
    try {
      ask((error, value) => (error ? failed(error) : resolve(value)));
    } catch (error) {
      failed(error);
    }
  });
}

function tried<Result>(t: Translate, key: string, values: Values, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw because(t, key, values, error);
  }
}
