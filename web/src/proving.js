// What a page of the gate needs a script for: a passkey, and a signature through NCALayer.
import { watchPasskeys } from "./gate/passkeys.js";
import { watchSigning } from "./gate/signing.js";

watchPasskeys();
watchSigning();
