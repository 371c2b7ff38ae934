import "./node-version.mjs";
import { runCommandLine } from "./lifecycle.mjs";
import { runOnPrivateServers } from "./with-servers.mjs";

runCommandLine(() => runOnPrivateServers("bench/main.ts"));
