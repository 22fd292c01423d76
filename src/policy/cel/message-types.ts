import type { Environment } from '@marcbachmann/cel-js';
import type { RuleFacts } from '../../domain/policy.js';
import type { Fields } from './rule-types.js';

/** Messages as the evaluator wants them: each type has a class of its own, by which it knows a value's type. */
export class MessageTypes {
  readonly #types: Readonly<Record<string, Fields>>;
  readonly #classes: ReadonlyMap<string, MessageClass>;

  constructor(types: Readonly<Record<string, Fields>>) {
    this.#types = types;
    this.#classes = new Map(Object.keys(types).map((name) => [name, messageClass()]));
  }

  register(environment: Environment): void {
    for (const [name, ctor] of this.#classes) {
      environment.registerType({ name, ctor, fields: { ...this.#types[name] } });
    }
  }

  /** Fields of a message or of an optional one; undefined for what is no message. */
  fieldsOf(type: string): Fields | undefined {
    return this.#types[/^optional<(.*)>$/.exec(type)?.[1] ?? type];
  }

  /** Plain facts as values of the variables' types; what is null or undefined is absent. */
  contextOf(variables: Fields, facts: RuleFacts): Record<string, unknown> {
    const given = Object.entries(variables).filter(([name]) => facts[name] !== undefined && facts[name] !== null);
    return Object.fromEntries(given.map(([name, type]) => [name, this.#valueOf(type, facts[name])]));
  }

  #valueOf(type: string, value: unknown): unknown {
    const items = /^list<(.*)>$/.exec(type)?.[1];
    if (items !== undefined) return (value as readonly unknown[]).map((item) => this.#valueOf(items, item));
    if (type === 'google.protobuf.Timestamp') return new Date(String(value));
    const ctor = this.#classes.get(type);
    return ctor === undefined ? value : this.#messageOf(type, new ctor(), value as Readonly<Record<string, unknown>>);
  }

  /** Only fields that the type has: nothing else can be reached. */
  #messageOf(type: string, message: Record<string, unknown>, value: Readonly<Record<string, unknown>>): unknown {
    for (const [field, fieldType] of Object.entries(this.#types[type] ?? {})) {
      const given = value[field];
      if (given !== undefined && given !== null) message[field] = this.#valueOf(fieldType, given);
    }
    return message;
  }
}

type MessageClass = new () => Record<string, unknown>;

/** Its own for each type, and empty: fields are set where a message is made. */
function messageClass(): MessageClass {
  return class Message {
    readonly [field: string]: unknown;
  };
}
