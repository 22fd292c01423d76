import { type DefaultTreeAdapterTypes, parse } from 'parse5';

export interface ReadElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text, without that of the elements in it. */
  readonly text: string;
}

/** Every element of a page in the order in which a browser makes them of it; comments are an error. */
export function readHtml(page: string): readonly ReadElement[] {
  const elements: ReadElement[] = [];
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if (node.nodeName === '#comment') throw new Error('the page holds a comment');
    if (!('childNodes' in node)) return;
    if ('attrs' in node) {
      const text = node.childNodes.map((child) => ('value' in child ? child.value : '')).join('');
      const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
      elements.push({ name: node.tagName, attributes, text });
    }
    for (const child of node.childNodes) visit(child);
  };
  visit(
    parse(page, {
      onParseError: ({ code, startLine }) => {
        throw new Error(`${code} in line ${startLine}`);
      },
    }),
  );
  return elements;
}
