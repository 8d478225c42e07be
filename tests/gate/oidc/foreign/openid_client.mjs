// Signs a person in with npm's `openid-client`. Told what to do by one line of JSON, it says where the browser is to go,
// reads the address that the browser came back to, and says what it learned. One JSON object a line, both ways.
import * as readline from "node:readline/promises";
import * as client from "openid-client";

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const heard = async () => JSON.parse((await lines.next()).value);
const say = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);

async function authentication(told) {
  if (told.secret) return client.ClientSecretBasic(told.secret);
  if (!told.privateKey) return client.None();
  const key = await crypto.subtle.importKey("jwk", told.privateKey, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  return client.PrivateKeyJwt({ key, kid: told.privateKey.kid });
}

async function refused(doing) {
  try {
    await doing();
    return "nothing was refused";
  } catch (error) {
    return error.error ?? error.code ?? error.name;
  }
}

const told = await heard();
const config = await client.discovery(
  new URL(told.issuer),
  told.clientId,
  {},
  await authentication(told),
  { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
);
const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const nonce = client.randomNonce();
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: told.redirectUri,
  scope: told.scope,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
  max_age: "600",
});
say({ address: address.href });

const back = new URL((await heard()).address);
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, maxAge: 600 };
const mixedUp = new URL(back);
mixedUp.searchParams.set("iss", "https://other.example");
const otherIssuer = await refused(() => client.authorizationCodeGrant(config, mixedUp, checks));
const otherState = await refused(() =>
  client.authorizationCodeGrant(config, back, { ...checks, expectedState: "another" }),
);

const tokens = await client.authorizationCodeGrant(config, back, checks);
const claims = tokens.claims();
const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
const introspected = told.secret || told.privateKey
  ? await client.tokenIntrospection(config, refreshed.access_token)
  : null;
await client.tokenRevocation(config, refreshed.refresh_token);
const revoked = await refused(() => client.refreshTokenGrant(config, refreshed.refresh_token));
const leave = client.buildEndSessionUrl(config, {
  id_token_hint: tokens.id_token,
  post_logout_redirect_uri: told.afterSignOut,
  state: "left",
});
say({ claims, person, otherIssuer, otherState, introspected, revoked, leave: leave.href });
process.exit(0);
