export interface WorkflowCommand {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

const line = /^\s*::([A-Za-z][\w-]*)(?: ([^\n]*?))?::(.*)$/;
const oldLine = /##\[([^\]\n]*)\](.*)$/;

/**
 * A second reading of workflow commands, from how the runner does it and not from how they are written here: `::` begins
 * a line, blanks aside; `##[` counts anywhere; `%0A` and its like come back in the message, `%3A` and `%2C` in properties.
 */
export function parseWorkflowCommands(log: string): readonly WorkflowCommand[] {
  return log.split(/\r\n|\r|\n/).flatMap((text): readonly WorkflowCommand[] => {
    const [, command, given = '', message = ''] = line.exec(text) ?? [];
    if (command !== undefined) return [{ command, properties: propertiesOf(given), message: unescaped(message) }];
    const [, old, rest = ''] = oldLine.exec(text) ?? [];
    return old === undefined ? [] : [{ command: old, properties: {}, message: rest }];
  });
}

function propertiesOf(given: string): Readonly<Record<string, string>> {
  const pairs = given.split(',').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, unescaped(value.join('=').replaceAll('%3A', ':').replaceAll('%2C', ','))];
    }),
  );
}

function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
