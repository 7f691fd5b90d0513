import type { Requirement } from './requirement.ts';

/** What the protocol asks of a relying party of Entra. */
export const PROTOCOL: readonly (readonly [
  section: string,
  requirements: readonly Requirement[],
])[] = [
  [
    'Endpoints, discovery, keys',
    [
      [
        '1',
        'Each cloud has its own login and Graph hosts; a method that mixes them is refused at load.',
      ],
      ['2', 'Endpoints are those of version 2.0, admin consent included.'],
      ['3', 'Endpoints come from discovery and are never built from the issuer.'],
      [
        '4',
        'The issuer of the discovery document is that of the configured tenant; a domain is pinned to the GUID that was seen first.',
      ],
      [
        '5',
        '`common`, `organizations`, `consumers` and the tenant of personal accounts are no tenant.',
      ],
      [
        '6',
        'Every endpoint is https at the hosts of the cloud, or the document is refused and the last good one kept.',
      ],
      [
        '7',
        'Discovery is lazy, cached for a day, one load at a time, the last good one on failure, and seen by health.',
      ],
      [
        '8',
        'Keys are cached for a day; an unknown `kid` loads them once for each cooldown, in one flight, and the last good ones are kept.',
      ],
      [
        '9',
        'Only RSA signing keys of 2048 bits and more are used, and only for the issuer that they name.',
      ],
      ['10', 'Keys of the application itself are asked for with `appid`.'],
      ['11', 'Every answer is bounded in size and time, is JSON, and redirects are not followed.'],
      ['12', 'TLS is always verified; authorities may be added, and nothing switches it off.'],
    ],
  ],
  [
    'Authorization request',
    [
      ['13', 'The authorization request has the documented parameters.'],
      ['14', 'Without a call to Graph an ID token alone is asked for.'],
      ['15', 'With `api_scopes` a code with PKCE is asked for, for all APIs at once.'],
      ['16', '`profile` is always asked for.'],
      ['17', '`response_mode` is always said, and never `query`.'],
      ['18', '`prompt=select_account` is sent, and never beside `login_hint`.'],
      ['19', 'A step-up carries its claims request.'],
      ['20', '`state` is the key of a record on the server: used once, for two minutes.'],
      [
        '21',
        'A cookie of its own binds each pending sign-in to the browser: `__Host-`, `SameSite=None`, and at most five.',
      ],
      ['22', 'Pending sign-ins are bounded for each address and in all.'],
      ['23', 'The page to return to is a path of this origin, and stays on the server.'],
      ['24', 'The redirect to Entra is kept by no cache and names no referrer.'],
    ],
  ],
  [
    'Authorization response',
    [
      [
        '25',
        'The redirect URI is matched on the raw query, and an answer of another method is refused.',
      ],
      ['26', 'Only the transport that was asked for is taken, as a form of 64 KiB at most.'],
      ['27', 'A parameter that comes twice is refused; an error beside tokens is an error.'],
      ['28', 'Unknown parameters are ignored.'],
      [
        '29',
        'The order of checks: record, cookie, time, configuration, error, tokens; the record is used up whatever happens.',
      ],
      [
        '30',
        '`iss` of an answer is right where it stands, and there where it was promised and no ID token names the issuer (RFC 9207).',
      ],
      [
        '31',
        'An error is decided on by its word, never by its text; the text is escaped and bounded.',
      ],
      ['32', 'An error that belongs to no sign-in is a page, and no new attempt.'],
      ['33', 'A response type that the registration does not allow names the boxes to tick.'],
      ['34', 'A sign-in is never begun again by itself, but for one interactive round.'],
    ],
  ],
  [
    'ID token',
    [
      [
        '35',
        'Three segments of strict base64url, JSON objects without duplicates, 64 KiB; no `crit`, no `b64`, no JWE.',
      ],
      ['36', 'RS256 alone; keys of the header are ignored; `typ` is JWT.'],
      ['37', '`kid` names a key; without one, only a single key may be tried.'],
      ['38', 'The issuer is that of the tenant.'],
      ['39', '`tid` is the tenant.'],
      ['40', 'The audience is the application alone, and so is the authorized party.'],
      ['41', 'Times are whole numbers within the skew; `iat` is no clock of freshness.'],
      ['42', 'The nonce is that of the sign-in.'],
      ['43', '`sub`, `oid` and `ver` are there and of their form.'],
      ['44', '`at_hash` fits the access token that came by the browser.'],
      ['45', '`c_hash` fits the code, before it is redeemed.'],
      ['46', 'Both ID tokens of the hybrid flow are of one person.'],
      [
        '47',
        'A person is tenant and object id, and a name stays with the person who had it first.',
      ],
      ['48', 'A user name is a safe path element, or is refused.'],
      ['49', 'The first suffix that matches is removed; what leaves nothing is refused.'],
      ['50', 'Guests are let in where the method allows them.'],
      ['51', '`acrs`, `amr` and `auth_time` are not required.'],
      ['52', 'Claims of Entra’s own are ignored; `uti` goes to the log.'],
      ['53', 'An ID token counts once.'],
    ],
  ],
  [
    'Token endpoint',
    [
      [
        '54',
        'A request is a form with the scopes of one API, the identical redirect URI and one credential.',
      ],
      ['55', 'No `Origin` is sent.'],
      [
        '56',
        'One API for each token request: the code for the first, refresh tokens for the others.',
      ],
      ['57', 'Scopes are grouped by what stands before the last slash.'],
      ['58', 'APIs without a credential are a fault of the configuration.'],
      ['59', '`offline_access` is asked for where something is done with it.'],
      [
        '60',
        'A refresh token is replaced by the newer one and removed; scopes are always sent; the person stays the same.',
      ],
      ['61', 'Tokens are exchanged at 80 % of their life, by `expires_in`.'],
      [
        '62',
        'A token response is checked, and granted scopes are compared with those that are needed.',
      ],
      [
        '63',
        'Secret, certificate and federated assertion go one way for codes, refresh and app-only tokens.',
      ],
      ['64', 'A password without `api_scopes` is not used, unless the flow is by code.'],
      ['65', 'Of two secrets the second is tried once when the first is refused.'],
      ['66', 'An answer that is no JSON says nothing of the grant.'],
    ],
  ],
  [
    'Graph',
    [
      ['67', 'Groups are read without the cast, 999 a page.'],
      ['68', 'Groups of groups count unless the method says `direct`.'],
      ['69', 'Security groups alone count.'],
      ['70', 'Pages are followed at Graph alone, bounded, once each.'],
      [
        '71',
        'Where ids alone matter `getMemberGroups` gives all at once; above its limit of 11,000 the pages are read.',
      ],
      ['72', 'A page that fails fails the lookup: nobody is let in on a part of their groups.'],
      [
        '73',
        'Names are compared as they are; ids can be compared instead; two groups of one name are told.',
      ],
      ['74', 'Groups of the token are never used, and its overage markers lead to no other host.'],
      ['75', 'Throttling is waited for as long as the sign-in has time, decided by status.'],
      ['76', 'A claims challenge of Graph leads to one interactive round.'],
      ['77', 'A missing permission is named.'],
      ['78', 'A person without a photo is no error.'],
      ['79', 'Every call carries an id that Microsoft logs.'],
      ['80', 'A sign-in has a budget of time for all its calls.'],
    ],
  ],
  [
    'Logout and sessions',
    [
      ['81', 'Signing out ends the session here; at Entra where the method says so.'],
      ['82', 'The front channel ends all sessions of a `sid`, without cookies, and tells nothing.'],
      ['83', 'Another site cannot sign anybody out.'],
      ['84', 'Sessions are found by `sid`, after a restart too.'],
      ['85', 'A session has its own end, and ends when Entra refuses the person.'],
      ['86', 'There is no back-channel logout.'],
      ['87', 'Every sign-in has a new session, which ends with its method.'],
    ],
  ],
  [
    'Secrets and logs',
    [
      ['88', 'No code, token, secret, state, nonce or cookie is told anywhere.'],
      ['89', 'The callback leads to a clean address, kept by no cache.'],
      ['90', 'Tokens end with their session.'],
      ['91', 'PKCE verifiers have 43 to 128 characters.'],
      ['92', 'A clock that differs from Entra’s is told.'],
    ],
  ],
];
