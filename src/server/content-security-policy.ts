/**
 * What pages may do: load our stylesheet and icon, send forms to us. No script, no frame, nothing from elsewhere.
 *
 * @param framedBy Origins whose pages may hold this one in a frame; none, but for the tenant's front channel.
 */
export function contentSecurityPolicy(framedBy: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${framedBy.length === 0 ? "'none'" : framedBy.join(' ')}`,
  ].join('; ');
}
