// Imported first by every command: an old Node stops here with a sentence and not with a syntax error.
const [major] = process.versions.node.split(".");
if (Number(major) < 20) {
  console.error(`Deskpulse needs Node 20 or newer; this is ${process.version}. Get one from https://nodejs.org.`);
  process.exit(1);
}
