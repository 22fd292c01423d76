import { sanitise } from './sanitise.js';

/** An element: its attributes (null ones are left out), and either elements or text in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number | null>>;
  readonly children?: readonly XmlElement[];
  /** May hold several lines; each is cleaned. */
  readonly text?: string;
}

/** A document of XML 1.0, two spaces a level. */
export function renderXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementText(root, '')}`;
}

function elementText({ name, attributes = {}, children = [], text }: XmlElement, indent: string): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  const open = `${indent}<${name}${given}`;
  if (text !== undefined) return `${open}>${text.split('\n').map(escaped).join('\n')}</${name}>\n`;
  if (children.length === 0) return `${open}/>\n`;
  return `${open}>\n${children.map((child) => elementText(child, `${indent}  `)).join('')}${indent}</${name}>\n`;
}

/** One line of text: no markup, and nothing that XML 1.0 forbids, which is written out. Source: XML 1.0, 2.2, Char. */
function escaped(text: string): string {
  return sanitise(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
