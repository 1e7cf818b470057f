/** Reads one small XML element strictly: no document type, no entities but the five of XML itself, within limits. @see Extensible Markup Language (XML) 1.0 */
import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** Without a namespace prefix. */
  name: string;
  attributes: [name: string, value: string][];
  children: XmlElement[];
  /** All text in it that is not in a child, without the white space around. */
  text: string;
}

/** More than any event log writes. */
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 5000;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

export interface XmlText {
  element: XmlElement;
  /** The text ended inside the element: what was open is there with what it had. */
  isCut: boolean;
}

/** The element that the text is, or undefined where it is not well-formed to its end, has a document type, or is beyond the limits. */
export function xmlElement(text: string): XmlText | undefined {
  // No event needs a type; entities can only be declared in one.
  if (text.includes('<!DOCTYPE')) return undefined;
  const root: XmlElement = { name: '', attributes: [], children: [], text: '' };
  const open = [root];
  let count = 0;
  let isEnding = false;
  const parser = new SaxesParser();
  // Stops at the first error: the rest of hostile text is not read.
  parser.on('error', (error) => {
    if (!isEnding) throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const made: XmlElement = { name: localName(name), attributes: Object.entries(attributes), children: [], text: '' };
    count++;
    if (count > MAX_ELEMENTS || open.length > MAX_DEPTH) throw new RangeError('more elements than a log has');
    open.at(-1)?.children.push(made);
    open.push(made);
  });
  parser.on('closetag', () => {
    const closed = open.length > 1 ? open.pop() : undefined;
    if (closed !== undefined) closed.text = closed.text.trim();
  });
  const addText = (part: string): void => {
    const at = open.at(-1);
    if (at !== undefined) at.text += part;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  try {
    parser.write(text);
    const isCut = open.length > 1;
    // Says what is unclosed, and gives out the last text.
    isEnding = isCut;
    parser.close();
    for (const unclosed of open) unclosed.text = unclosed.text.trim();
    const [element] = root.children;
    return element === undefined || root.children.length > 1 ? undefined : { element, isCut };
  } catch {
    return undefined;
  }
}
