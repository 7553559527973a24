import { outcome } from "./run.js";

process.stdout.write(JSON.stringify(await outcome()));
