import { isSafeNumber, parse } from 'lossless-json';
import { isRecord } from '../record.js';

/** An answer lacks what the API reference promises, or has something else in its place. */
export class WrongShape extends Error {
  override readonly name = 'WrongShape';
}

/**
 * A value in an answer and the way to it. Answers come from outside: everything is `unknown` until it is asked for by
 * type. Asking for what is not there throws WrongShape, so that half an answer never looks like an empty one.
 */
export class Answer {
  private constructor(
    private readonly value: unknown,
    /** The value that this one is in, and under which name or number; absent at the top. */
    private readonly parent?: Answer,
    private readonly step: string | number = '',
  ) {}

  /** Numbers that a double cannot hold stay their digits, so that account UIDs survive. Throws WrongShape. */
  static parse(body: string): Answer {
    try {
      const value: unknown = longNumber.test(body) ? parse(body, null, exactNumber) : JSON.parse(body);
      return new Answer(value);
    } catch {
      throw new WrongShape('it is not JSON');
    }
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  get isList(): boolean {
    return Array.isArray(this.value);
  }

  /** A member of an object; absent where the object is. */
  get(name: string): Answer {
    if (this.isAbsent) return new Answer(undefined, this, name);
    if (!isRecord(this.value)) return this.fail('an object');
    return new Answer(Object.hasOwn(this.value, name) ? this.value[name] : undefined, this, name);
  }

  list(): readonly Answer[] {
    if (!Array.isArray(this.value)) return this.fail('a list');
    return this.value.map((item: unknown, index) => new Answer(item, this, index));
  }

  listOrEmpty(): readonly Answer[] {
    return this.isAbsent ? [] : this.list();
  }

  /** Some fields are a string in one edition of the reference and a number in another. */
  text(): string {
    if (typeof this.value === 'string') return this.value;
    if (typeof this.value === 'number') return String(this.value);
    return this.fail('text');
  }

  textOr<T>(absent: T): string | T {
    return this.isAbsent ? absent : this.text();
  }

  /** A non-empty text: an ID, a state. */
  id(): string {
    const text = this.text();
    return text === '' ? this.fail('text that is not empty') : text;
  }

  integer(): number {
    const text = this.text();
    return /^\d{1,15}$/.test(text) ? Number(text) : this.fail('a whole number');
  }

  integerOr<T>(absent: T): number | T {
    return this.isAbsent || this.value === '' ? absent : this.integer();
  }

  /** Accepts `"True"`, as some fields are written. */
  booleanOr<T>(absent: T): boolean | T {
    if (this.isAbsent || this.value === '') return absent;
    if (typeof this.value === 'boolean') return this.value;
    const text = this.text().toLowerCase();
    return text === 'true' || text === 'false' ? text === 'true' : this.fail('true or false');
  }

  oneOf<T extends string>(values: readonly T[]): T {
    const text = this.text();
    return values.find((value) => value === text) ?? this.fail(`one of ${values.join(', ')}`);
  }

  /** ISO 8601 with seconds, UTC; the service writes the times of instances without seconds. */
  time(): string {
    const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?Z$/.exec(this.text());
    return match === null ? this.fail('a time') : `${match[1]}:${match[2] ?? '00'}Z`;
  }

  /** Throws WrongShape for what no single field tells. */
  reject(problem: string): never {
    throw new WrongShape(problem);
  }

  /** Put together only when something is wrong: an answer of a hundred instances has thousands of fields. */
  private get path(): string {
    const outer = this.parent?.path ?? '';
    if (typeof this.step === 'number') return `${outer}[${this.step}]`;
    return outer === '' ? this.step : `${outer}.${this.step}`;
  }

  private fail(wanted: string): never {
    throw new WrongShape(`'${this.path}' ${this.isAbsent ? 'is missing' : `is not ${wanted}`}`);
  }
}

/**
 * A number too long for a double to be sure of, or a text that looks like one. Most answers have none, and JSON.parse
 * takes a tenth of the time.
 */
const longNumber = /(?:^|[[:,])\s*-?[\d.eE+-]{16}/;

function exactNumber(digits: string): number | string {
  return isSafeNumber(digits) ? Number(digits) : digits;
}
