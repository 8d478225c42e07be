// Pages of documents: a form that saves itself and says so, a directory to search, and rows by the keyboard.
import "./styles/desk.css";
import { watchForm } from "./desk/form.js";
import { watchDirectory } from "./desk/directory.js";
import { watchRows } from "./desk/rows.js";

watchForm();
watchDirectory();
watchRows();
