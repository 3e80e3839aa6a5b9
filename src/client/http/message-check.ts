/** What a stream's schema says of messages; what passes is given back as it is to be sent. */
import { PayloadError, type Problem } from '../../errors';
import { fitDates, type Message } from '../../protocol/message/message';
import { type CheckMode, type CompiledSchema, compileSchema } from '../../protocol/schema/check';
import { firstOf, lineOf } from '../../protocol/schema/problems';
import type { Definition } from '../../protocol/schema/schema';
import { quoted, say } from '../../sentences';

export interface MessageCheck {
  /** @throws PayloadError that says why, for one that does not follow the schema. */
  pass(message: Message): Message;
  /** Nothing for one that does not follow it: who does not tell anybody why need not make an error of it. */
  fit(message: Message): Message | undefined;
}

/** There is no schema that anybody here understands: not the messages' fault, so they go on. */
export const UNCHECKED: MessageCheck = { pass: (message) => message, fit: (message) => message };

/** In the text of an error: who needs the rest finds it as data. */
const NAMED_PROBLEMS = 20;

export class SchemaCheck implements MessageCheck {
  readonly #definition: Definition;
  readonly #schema: CompiledSchema;

  /** @throws SchemaError for a definition that nests deeper than any message may. */
  constructor(definition: Definition, mode: CheckMode) {
    this.#definition = definition;
    this.#schema = compileSchema(definition, mode);
  }

  pass(message: Message): Message {
    const sent = this.#dated(message);
    const problems = this.#schema.problemsOf(sent.value);
    if (problems.length > 0) throw mismatch(this.#definition.name, problems);
    return sent;
  }

  fit(message: Message): Message | undefined {
    const sent = this.#dated(message);
    return this.#schema.fits(sent.value) ? sent : undefined;
  }

  /** With dates where the schema wants dates. */
  #dated(message: Message): Message {
    return message.instants === undefined ? message : fitDates(message, this.#definition);
  }
}

function mismatch(stream: string, problems: readonly Problem[]): PayloadError {
  const lines = firstOf(problems, NAMED_PROBLEMS).map((problem) => lineOf(problem, say('place.it')));
  return new PayloadError(say('payload.mismatch', { stream: quoted(stream), problems: lines }), problems);
}
