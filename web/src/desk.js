// Pages of documents: a form that saves itself and says so, a directory to search, rows by the keyboard, what is new.
import "./styles/desk.css";
import { watchForm } from "./desk/form.js";
import { watchDirectory } from "./desk/directory.js";
import { watchFresh } from "./desk/fresh.js";
import { watchRows } from "./desk/rows.js";
import { watchSigning } from "./desk/sign.js";

watchForm();
watchDirectory();
watchRows();
watchFresh();
watchSigning();
