/** A `Link` header → the target of one relation. */

/** The target of a relation in a `Link` header. @see RFC 8288, section 3 */
export function linkTo(header: string | undefined, relation: string): string | undefined {
  for (const [, url, parameters = ''] of (header ?? '').matchAll(/<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^",;\s]+))*)/g)) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^",;\s]+))/i.exec(parameters);
    if ((rel?.[1] ?? rel?.[2] ?? '').split(/\s+/).includes(relation)) return url;
  }
  return undefined;
}
