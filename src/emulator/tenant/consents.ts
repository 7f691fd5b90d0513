/**
 * Who consented to what: by a person for themselves, or by an administrator for everybody.
 *
 * @see https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
 */
export class Consents {
  readonly #granted = new Set<string>();

  /** @param person Object id, or `everyone` for the consent of an administrator. */
  grant(person: string, appId: string, resourceId: string, scopes: readonly string[]): void {
    for (const scope of scopes) this.#granted.add(key(person, appId, resourceId, scope));
  }

  /** Takes consent back to scopes of one resource. */
  revoke(person: string, appId: string, resourceId: string, scopes: readonly string[]): void {
    for (const scope of scopes) this.#granted.delete(key(person, appId, resourceId, scope));
  }

  /** Takes back all that the application has of the person. */
  revokeAll(person: string, appId: string): void {
    for (const entry of this.#granted) {
      if (entry.startsWith(`${person} ${appId} `)) this.#granted.delete(entry);
    }
  }

  has(person: string, appId: string, resourceId: string, scope: string): boolean {
    return ['everyone', person].some((who) =>
      this.#granted.has(key(who, appId, resourceId, scope)),
    );
  }

  /** All scopes of a resource that an application may use for a person, in the order of consent. */
  scopes(person: string, appId: string, resourceId: string): readonly string[] {
    const found = [...this.#granted].map((entry) => entry.split(' '));
    return [
      ...new Set(
        found
          .filter(
            ([who, app, resource]) =>
              app === appId && resource === resourceId && (who === person || who === 'everyone'),
          )
          .map(([, , , scope]) => scope ?? ''),
      ),
    ];
  }

  clear(): void {
    this.#granted.clear();
  }
}

const key = (person: string, appId: string, resourceId: string, scope: string): string =>
  [person, appId, resourceId, scope].join(' ');
