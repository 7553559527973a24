import { CoupletError, optionalPackage } from "couplet/kit";

/** An element of an XML document, with the line where it starts. */
export interface XmlElement {
  /** Local name, without a namespace prefix. */
  readonly name: string;
  /** Namespace URI; empty if the element has none. */
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The element's own text; a blank stands where a child element was. */
  readonly text: string;
  readonly line: number;
}

/**
 * How deep elements may lie in each other. The parser looks a prefix up through all open elements, so that its time grows with
 * the square of the depth, and readers of trees call themselves once a level. Models of hundreds of reactions stay below 50.
 */
export const deepestElement = 500;

/**
 * Parses an XML document into a tree; strict, namespaces resolved, no external entities.
 *
 * The parser is the optional peer dependency `saxes`, loaded on first use.
 *
 * @param where what to call the document in messages, e.g. its path
 * @throws CoupletError FILE_INVALID with the line of the first error, or of the element that lies more than
 *   {@link deepestElement} levels deep; DEVICE_UNAVAILABLE if `saxes` is not installed
 */
export async function parseXml(text: string, where: string): Promise<XmlElement> {
  const { SaxesParser } = await loadSaxes();
  type Open = { -readonly [K in keyof XmlElement]: XmlElement[K] } & { children: XmlElement[] };
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let line = 1;
  parser.on("error", (error) => {
    throw new CoupletError({
      code: "FILE_INVALID",
      where: `${where}:${parser.line}`,
      expected: "well-formed XML",
      received: error.message.replace(/^\d+:\d+: /, "").replace(/\.$/, ""),
    });
  });
  parser.on("opentagstart", () => {
    line = parser.line;
  });
  parser.on("opentag", (tag) => {
    const attributes = new Map<string, string>();
    for (const attribute of Object.values(tag.attributes)) {
      // plain names are the document's own; prefixed ones belong to extensions
      attributes.set(
        attribute.prefix === "" ? attribute.local : `${attribute.prefix}:${attribute.local}`,
        attribute.value,
      );
    }
    const element: Open = {
      name: tag.local,
      namespace: tag.uri,
      attributes,
      children: [],
      text: "",
      line,
    };
    if (open.length >= deepestElement) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where: `${where}:${line}`,
        expected: `elements at most ${deepestElement} levels deep`,
        received: `<${tag.local}> on level ${open.length + 1}`,
      });
    }
    const parent = open.at(-1);
    if (parent !== undefined) {
      parent.children.push(element);
      parent.text += " ";
    }
    open.push(element);
  });
  const addText = (more: string): void => {
    const top = open.at(-1);
    if (top !== undefined) top.text += more;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    root = open.pop();
  });
  parser.write(text).close();
  if (root === undefined) {
    throw new CoupletError({
      code: "FILE_INVALID",
      where: `${where}:1`,
      expected: "an XML document",
      received: "an empty one",
    });
  }
  return root;
}

/** The children of an element that have a name. */
export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The first child with a name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

function loadSaxes(): Promise<typeof import("saxes")> {
  return optionalPackage(
    "saxes",
    (elsewhere) => import("saxes").catch(elsewhere),
    "XML formats (SBML, GraphML)",
  );
}
