// The settings of the identity provider whose users may have accounts here.
import { isProviderUrl } from './provider-url.ts';
import { setting } from './setting.ts';

const PROVIDER_URL = 'an https:// URL, or http:// of this machine';
const providerUrl = (text: string) => (isProviderUrl(text) ? text : undefined);

export const PROVIDER_SETTINGS = {
  oidcIssuer: setting<string | undefined>({
    name: 'OIDC_ISSUER',
    default: undefined,
    description:
      'Identity provider (OpenID Connect) whose access tokens are accepted for the accounts opened for its users. Goes with OIDC_AUDIENCE.',
    accepts: PROVIDER_URL,
    read: providerUrl,
  }),
  oidcAudience: setting<string | undefined>({
    name: 'OIDC_AUDIENCE',
    default: undefined,
    description: 'What its access tokens for this server name as their audience.',
    accepts: 'a text without blanks',
    read: (text) => (/^[\x21-\x7e]{1,255}$/.test(text) ? text : undefined),
  }),
  oidcJwksUrl: setting<string | undefined>({
    name: 'OIDC_JWKS_URL',
    default: undefined,
    description: 'Where its signing keys are. Unset: where its discovery document says.',
    accepts: PROVIDER_URL,
    read: providerUrl,
  }),
};
