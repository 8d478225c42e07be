// A page that signs its person in with npm's `oidc-client-ts`, and writes what it learned where a test can read it.
const settings = JSON.parse(new URLSearchParams(location.search).get("settings") ?? sessionStorage.getItem("settings"));
sessionStorage.setItem("settings", JSON.stringify(settings));
const people = new oidc.UserManager({
  ...settings,
  loadUserInfo: true,
  filterProtocolClaims: false,
  response_type: "code",
  userStore: new oidc.WebStorageStateStore({ store: sessionStorage }),
});
const say = (told) => {
  document.getElementById("told").textContent = JSON.stringify(told);
};

async function goOn() {
  if (location.pathname === "/left") return say({ left: (await people.signoutRedirectCallback()) !== null });
  if (location.pathname !== "/back") return people.signinRedirect({ nonce: "a nonce" });
  const user = await people.signinRedirectCallback();
  const refreshed = await people.signinSilent();
  window.people = people;
  return say({ profile: user.profile, scopes: user.scopes, refreshed: refreshed.access_token !== user.access_token });
}

goOn().catch((error) => say({ failed: String(error) }));
