import { outcome } from "./run.js";

console.log(JSON.stringify(await outcome()));
