import { closestName } from '../../domain/closest-name.js';
import { exitCode, TallymanError } from '../../domain/errors.js';
import { describeField, type JsonSchema, type SchemaField, type UnknownField } from '../../domain/schema-field.js';
import { renderExplainText } from '../../report/explain-text.js';
import { renderJson } from '../../report/json.js';
import type { CommandContext } from '../command.js';
import { writeOutputs } from '../outputs.js';
import { schemaText } from '../schemas.js';

export async function run(context: CommandContext): Promise<number> {
  const [operand] = context.arguments.operands;
  if (operand === undefined) {
    throw new TallymanError(
      'input/flag',
      '`explain` needs a kind',
      'Write, for example:\n  tallyman explain Instance.update',
    );
  }
  const [kind = '', ...names] = operand.replaceAll('[]', '').split('.');
  const schema = JSON.parse(await schemaText(context.runtime, kind)) as JsonSchema;
  const field = describeField(schema, names);
  if ('known' in field) throw unknownField(kind, field);
  await writeOutputs(context, {
    text: (options) => renderExplainText(kind, field, options),
    json: () => renderJson(fieldJson(kind, field)),
  });
  return exitCode.done;
}

function unknownField(kind: string, { name, within, known }: UnknownField): TallymanError {
  const place = within === '' ? kind : `${kind}.${within}`;
  const message = `${place} has no field '${name}'`;
  const meant = closestName(name, known);
  if (meant !== undefined)
    return new TallymanError('input/flag', message, `Did you mean this?\n  tallyman explain ${place}.${meant}`);
  const hint =
    known.length === 0 ? `See what it is:\n  tallyman explain ${place}` : `Its fields are ${known.join(', ')}.`;
  return new TallymanError('input/flag', message, hint);
}

function fieldJson(kind: string, field: SchemaField): object {
  const { path, type, isRequired, description, allowed, limits, examples, fields } = field;
  return {
    format_version: '1.0',
    kind,
    path,
    type,
    required: isRequired,
    description,
    default: field.default ?? null,
    allowed,
    limits,
    examples,
    fields: fields.map((one) => ({
      path: one.path,
      type: one.type,
      required: one.isRequired,
      description: one.description,
    })),
  };
}
