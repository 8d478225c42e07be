// What a page of the gate needs a script for: a passkey, a signature through NCALayer, this browser's own key.
import { watchDevice } from "./gate/device.js";
import { watchPasskeys } from "./gate/passkeys.js";
import { watchSigning } from "./gate/signing.js";

watchPasskeys();
watchSigning();
watchDevice();
